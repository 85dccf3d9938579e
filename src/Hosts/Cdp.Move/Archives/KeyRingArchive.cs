using System.Xml.Linq;
using Cdp.Activation;
using Cdp.Archives;
using Cdp.Contracts.Archive.V1;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.Options;

namespace Cdp.Move.Archives;

/// <summary>The keys that encrypt secrets. Without them the secrets of destinations could not be read at the other side.</summary>
internal sealed class KeyRingArchive(IOptions<KeyManagementOptions> options) : IArchived
{
    private readonly IXmlRepository _repository = options.Value.XmlRepository ?? throw new InvalidOperationException("The keys that encrypt secrets are stored nowhere.");

    /// <inheritdoc />
    public IReadOnlyList<IArchive> Archives => [new Archive<KeyRecord>(ActivationModule.Name, "key ring", ReadAsync, WriteAsync)];

    private Task<RecordPage<KeyRecord>> ReadAsync(string cursor, CancellationToken cancellationToken) =>
        Task.FromResult(new RecordPage<KeyRecord>([.. Elements().Select(xml => new KeyRecord { Xml = xml })], null));

    private Task WriteAsync(IReadOnlyList<KeyRecord> records, CancellationToken cancellationToken)
    {
        foreach (var xml in records.Select(record => record.Xml).Except(Elements()))
        {
            var element = XElement.Parse(xml);
            _repository.StoreElement(element, $"{element.Name.LocalName}-{element.Attribute("id")?.Value ?? Guid.NewGuid().ToString()}");
        }
        return Task.CompletedTask;
    }

    private IEnumerable<string> Elements() => _repository.GetAllElements().Select(element => element.ToString(SaveOptions.DisableFormatting));
}
