using System.Text.Json;
using Cdp.Contracts.Failures;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Cdp.Rest.Imports;

/// <summary>
/// The multipart/form-data of an import, read in order: first the part <c>mapping</c>, then the part <c>file</c>. The order
/// lets the file stream through without being kept anywhere.
/// </summary>
internal static class ImportForm
{
    private const int LargestMapping = 1024 * 1024;
    private const int LongestBoundary = 200;

    /// <summary>Reads the mapping and stops at the first byte of the file.</summary>
    /// <exception cref="Grpc.Core.RpcException">The form is not as expected; names the part.</exception>
    public static async Task<(MappingBody Mapping, Stream File)> ReadAsync(HttpRequest request, JsonSerializerOptions json, CancellationToken cancellationToken)
    {
        var reader = new MultipartReader(Boundary(request), request.Body);
        try
        {
            var mapping = await ReadPartAsync(reader, "mapping", "the first part, JSON that says what the file is", cancellationToken);
            var body = await ReadMappingAsync(mapping.Body, json, cancellationToken);
            var file = await ReadPartAsync(reader, "file", "the second part, the file itself", cancellationToken);
            return (body, file.Body);
        }
        catch (IOException exception) when (exception is not BadHttpRequestException)
        {
            throw Failure.Invalid("", "The body is not multipart/form-data, as its Content-Type says.");
        }
        catch (InvalidDataException)
        {
            throw Failure.Invalid("", "The body is not multipart/form-data, as its Content-Type says.");
        }
    }

    private static string Boundary(HttpRequest request)
    {
        if (MediaTypeHeaderValue.TryParse(request.ContentType, out var type) && type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
            && HeaderUtilities.RemoveQuotes(type.Boundary) is { Length: > 0 and <= LongestBoundary } boundary)
            return boundary.ToString();
        throw Failure.Invalid("", "Expected multipart/form-data with a part `mapping` and a part `file`.");
    }

    private static async Task<MultipartSection> ReadPartAsync(MultipartReader reader, string name, string what, CancellationToken cancellationToken)
    {
        var section = await reader.ReadNextSectionAsync(cancellationToken) ?? throw Failure.Invalid(name, $"is missing; expected {what}");
        var found = section.GetContentDispositionHeader() is { } header ? HeaderUtilities.RemoveQuotes(header.Name).ToString() : "";
        return found == name ? section : throw Failure.Invalid(name, $"expected {what}; another part stands there");
    }

    private static async Task<MappingBody> ReadMappingAsync(Stream part, JsonSerializerOptions json, CancellationToken cancellationToken)
    {
        var buffer = new MemoryStream();
        var chunk = new byte[16 * 1024];
        while (await part.ReadAsync(chunk, cancellationToken) is > 0 and var read)
        {
            if (buffer.Length + read > LargestMapping)
                throw Failure.Invalid("mapping", $"is larger than {LargestMapping} bytes");
            buffer.Write(chunk, 0, read);
        }
        try
        {
            return JsonSerializer.Deserialize<MappingBody>(buffer.GetBuffer().AsSpan(0, (int)buffer.Length), json)
                ?? throw Failure.Invalid("mapping", "expected an object");
        }
        catch (JsonException exception)
        {
            var field = Problems.BadRequest.Field(exception);
            throw Failure.Invalid(field.Length == 0 ? "mapping" : field, Problems.BadRequest.Message(exception));
        }
    }
}
