using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using Cdp.Collection.Intake;
using Cdp.Contracts.Failures;
using Cdp.Contracts.Ids;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Cdp.Collection.Sources;

/// <summary>All sources, in memory: every request is checked against them.</summary>
public sealed class SourceRegistry(ISourceStore store, IConfiguration configuration, TimeProvider time) : IHostedService, IDisposable
{
    private const string WriteKeySetting = "Cdp:WriteKey";
    private const int ShortestKey = 8;
    private const int LongestKey = 512;
    private const int LongestName = 200;
    private readonly SemaphoreSlim _changing = new(1, 1);
    private FrozenDictionary<string, SourceIdentity> _byKey = FrozenDictionary<string, SourceIdentity>.Empty;
    private IReadOnlyList<StoredSource> _sources = [];

    /// <summary>All sources, oldest first.</summary>
    public IReadOnlyList<StoredSource> All => _sources;

    /// <summary>The source of a write key; null where none has it. Looked up by hash, so that time tells nothing of the key.</summary>
    public SourceIdentity? Authenticate(string? writeKey) =>
        string.IsNullOrEmpty(writeKey) || writeKey.Length > LongestKey ? null : _byKey.GetValueOrDefault(Convert.ToHexString(Hash(writeKey)));

    /// <summary>The source of an id.</summary>
    /// <exception cref="Grpc.Core.RpcException">NOT_FOUND.</exception>
    public StoredSource Get(string id) => _sources.FirstOrDefault(s => s.Id == id) ?? throw Failure.NotFound("source", id);

    /// <summary>Creates a source; an empty key: one is made.</summary>
    public Task<(StoredSource Source, string WriteKey)> CreateAsync(string name, string writeKey, CancellationToken cancellationToken) => ChangeAsync(
        () =>
        {
            var errors = new List<FieldError>();
            if (string.IsNullOrWhiteSpace(name) || name.Length > LongestName)
                errors.Add(new FieldError("name", $"expected 1 to {LongestName} characters"));
            if (writeKey.Length is > 0 and (< ShortestKey or > LongestKey))
                errors.Add(new FieldError("write_key", $"expected {ShortestKey} to {LongestKey} characters, or none"));
            if (writeKey.Length > 0 && Authenticate(writeKey) is not null)
                errors.Add(new FieldError("write_key", "another source has this key"));
            if (errors.Count > 0)
                throw Failure.Invalid(errors);
            var key = writeKey.Length == 0 ? NewKey() : writeKey;
            return (new StoredSource(Id.New("src", time), name.Trim(), true, Hash(key), key[^4..], time.GetUtcNow().ToUnixTimeMilliseconds()), key);
        },
        cancellationToken);

    /// <summary>Changes name or state.</summary>
    public async Task<StoredSource> UpdateAsync(string id, string? name, bool? enabled, CancellationToken cancellationToken)
    {
        if (name is not null && (string.IsNullOrWhiteSpace(name) || name.Length > LongestName))
            throw Failure.Invalid("name", $"expected 1 to {LongestName} characters");
        var (source, _) = await ChangeAsync(
            () =>
            {
                var former = Get(id);
                return (former with { Name = name?.Trim() ?? former.Name, Enabled = enabled ?? former.Enabled }, "");
            },
            cancellationToken);
        return source;
    }

    /// <summary>Gives a source a new key; the former one stops working.</summary>
    public Task<(StoredSource Source, string WriteKey)> RotateAsync(string id, CancellationToken cancellationToken) => ChangeAsync(
        () =>
        {
            var key = NewKey();
            return (Get(id) with { KeyHash = Hash(key), KeyHint = key[^4..] }, key);
        },
        cancellationToken);

    /// <summary>Loads the sources; the first run makes one, with the configured key or one that is printed once.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        Use(await store.ListAsync(cancellationToken));
        var configured = configuration[WriteKeySetting];
        if (configured?.Length is > 0 and (< ShortestKey or > LongestKey))
            throw new InvalidOperationException($"{WriteKeySetting}: expected {ShortestKey} to {LongestKey} characters.");
        if (_sources.Count == 0)
        {
            var (_, key) = await CreateAsync("default", configured ?? "", cancellationToken);
            if (string.IsNullOrEmpty(configured))
                Console.WriteLine($"Write key of the first source, shown this once: {key}");
        }
        else if (!string.IsNullOrEmpty(configured) && Authenticate(configured) is null)
        {
            await ChangeAsync(() => (_sources[0] with { KeyHash = Hash(configured), KeyHint = configured[^4..] }, configured), cancellationToken);
        }
    }

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public void Dispose() => _changing.Dispose();

    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));

    private static string NewKey() => RandomNumberGenerator.GetHexString(32, lowercase: true);

    // One change at a time, made from what the former one left: two callers cannot take the same key or undo each other.
    private async Task<(StoredSource Source, string WriteKey)> ChangeAsync(Func<(StoredSource Source, string WriteKey)> change, CancellationToken cancellationToken)
    {
        await _changing.WaitAsync(cancellationToken);
        try
        {
            var changed = change();
            await store.PutAsync(changed.Source, cancellationToken);
            Use([.. _sources.Where(s => s.Id != changed.Source.Id).Append(changed.Source).OrderBy(s => s.CreatedAt).ThenBy(s => s.Id, StringComparer.Ordinal)]);
            return changed;
        }
        finally
        {
            _changing.Release();
        }
    }

    private void Use(IReadOnlyList<StoredSource> sources)
    {
        _byKey = sources.ToFrozenDictionary(s => Convert.ToHexString(s.KeyHash), s => new SourceIdentity(s.Id, s.Enabled));
        _sources = sources;
    }
}
