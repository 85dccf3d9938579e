using System.Text;
using Cdp.Contracts.Collection.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Cdp.Collection.Tests.Fakes;

/// <summary>An import's messages: begin, then the file in pieces; may break off.</summary>
internal sealed class Upload(ImportBegin begin, byte[] file, int piece = 1_000, int breaksOffAt = int.MaxValue) : IAsyncStreamReader<CreateImportRequest>
{
    private int _at = -1;

    public Upload(ImportBegin begin, string file)
        : this(begin, Encoding.UTF8.GetBytes(file))
    {
    }

    public CreateImportRequest Current { get; private set; } = new();

    public Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        if (_at >= breaksOffAt)
            throw new OperationCanceledException();
        if (_at >= file.Length)
            return Task.FromResult(false);
        Current = _at < 0
            ? new CreateImportRequest { Begin = begin }
            : new CreateImportRequest { Chunk = ByteString.CopyFrom(file, _at, Math.Min(piece, file.Length - _at)) };
        _at = _at < 0 ? 0 : _at + piece;
        return Task.FromResult(true);
    }
}
