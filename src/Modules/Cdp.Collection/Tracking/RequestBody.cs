using System.Buffers;
using System.IO.Compression;
using Cdp.Collection.Intake;
using Microsoft.AspNetCore.Http;

namespace Cdp.Collection.Tracking;

/// <summary>The body of a request in one pooled buffer, decompressed.</summary>
internal sealed class RequestBody : IDisposable
{
    private byte[] _buffer;
    private int _length;

    private RequestBody(int capacity) => _buffer = ArrayPool<byte>.Shared.Rent(capacity);

    public Memory<byte> Bytes => _buffer.AsMemory(0, _length);

    /// <exception cref="BadBodyException">Too large, or not what Content-Encoding says.</exception>
    public static async ValueTask<RequestBody> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength > IntakeLimits.BodyBytes)
            throw TooLarge();
        var encoding = request.Headers.ContentEncoding.ToString().ToLowerInvariant();
        var body = new RequestBody((int)(request.ContentLength ?? 8 * 1024) + 1);
        try
        {
            switch (encoding)
            {
                case "" or "identity":
                    await body.FillAsync(request.Body, cancellationToken);
                    break;
                case "gzip":
                    await using (var gzip = new GZipStream(request.Body, CompressionMode.Decompress))
                        await body.FillAsync(gzip, cancellationToken);
                    break;
                default:
                    throw new BadBodyException($"Content-Encoding {encoding} is not known; expected gzip or none.");
            }
            return body;
        }
        catch (InvalidDataException)
        {
            body.Dispose();
            throw new BadBodyException("The body is not gzip, as Content-Encoding says.");
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _length = 0;
    }

    private static BadBodyException TooLarge() => new($"The body is larger than {IntakeLimits.BodyBytes} bytes.");

    private async ValueTask FillAsync(Stream stream, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (_length == _buffer.Length)
            {
                var larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
                _buffer.AsSpan(0, _length).CopyTo(larger);
                ArrayPool<byte>.Shared.Return(_buffer);
                _buffer = larger;
            }
            var read = await stream.ReadAsync(_buffer.AsMemory(_length), cancellationToken);
            if (read == 0)
                return;
            _length += read;
            if (_length > IntakeLimits.BodyBytes)
                throw TooLarge();
        }
    }
}
