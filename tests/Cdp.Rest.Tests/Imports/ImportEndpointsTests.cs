using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Cdp.Contracts.Collection.V1;
using Cdp.Contracts.Failures;
using Cdp.Rest.Tests.Fakes;
using Grpc.Core;

namespace Cdp.Rest.Tests.Imports;

public sealed class ImportEndpointsTests
{
    private const string Mapping = """
        {"dataset":"d","format":"csv","has_header":true,"event":{"constant":"E"},"user_id":{"column":"client"},
         "properties":{"revenue":{"column":"total","as":"number"}},"message_id":{"row_number":true}}
        """;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Create_MappingThenFile_StreamsBothOn()
    {
        var begin = new ImportBegin();
        var received = new MemoryStream();
        await using var server = await RestServer.StartAsync(stages => stages.Import = async (requests, context) =>
        {
            await requests.MoveNext(context.CancellationToken);
            begin = requests.Current.Begin;
            while (await requests.MoveNext(context.CancellationToken))
                requests.Current.Chunk.WriteTo(received);
            return new ImportJob { Id = "imp_1", State = "finished", Accepted = 2 };
        });
        var file = new byte[300_000];
        new Random(1).NextBytes(file);

        var (response, body) = await SendAsync(server, ("mapping", Encoding.UTF8.GetBytes(Mapping)), ("file", file));

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal("/v1/imports/imp_1", response.Headers.Location!.ToString());
        Assert.Equal(2, body!["accepted"]!.GetValue<long>());
        Assert.Equal(file, received.ToArray());
        Assert.Equal("client", begin.Mapping.UserId.Column);
        Assert.Equal(new ImportValue { Column = "total", As = "number" }, begin.Mapping.Properties["revenue"]);
        Assert.True(begin.Mapping.MessageId.RowNumber);
    }

    [Fact]
    public async Task Create_StageRefusesBeforeTheFileEnds_AnswersItsReason()
    {
        await using var server = await RestServer.StartAsync(stages => stages.Import = async (requests, context) =>
        {
            await requests.MoveNext(context.CancellationToken);
            throw Failure.Invalid([new("user_id", "there is no column 'client'; the file has customer"), new("properties.revenue", "there is no column 'total'")]);
        });

        var (response, body) = await SendAsync(server, ("mapping", Encoding.UTF8.GetBytes(Mapping)), ("file", new byte[8 * 1024 * 1024]));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(["user_id", "properties.revenue"], body!["errors"]!.AsArray().Select(e => e!["field"]!.GetValue<string>()));
    }

    [Theory]
    [InlineData("mapping", """{"dataset":"d","formatt":"csv"}""", "formatt")]
    [InlineData("mapping", """{"dataset":5}""", "dataset")]
    [InlineData("mapping", "no JSON", "mapping")]
    [InlineData("mapping", """{"user_id":{"column":"a","constant":"b"},"traits":{"t":null}}""", "user_id,traits.t")]
    [InlineData("file", "a,b", "mapping")]
    public async Task Create_FirstPartIsWrong_NamesIt(string part, string content, string fields)
    {
        await using var server = await RestServer.StartAsync();

        var (response, body) = await SendAsync(server, (part, Encoding.UTF8.GetBytes(content)), ("file", [1]));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(fields.Split(','), body!["errors"]!.AsArray().Select(e => e!["field"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Create_FileIsMissing_NamesIt()
    {
        await using var server = await RestServer.StartAsync();

        var (response, body) = await SendAsync(server, ("mapping", Encoding.UTF8.GetBytes(Mapping)));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("file", body!["errors"]![0]!["field"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("application/json", "{}", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("multipart/form-data; boundary=x", "no parts", HttpStatusCode.BadRequest)]
    [InlineData("multipart/form-data", "", HttpStatusCode.BadRequest)]
    public async Task Create_NoForm_IsRefused(string contentType, string content, HttpStatusCode expected)
    {
        await using var server = await RestServer.StartAsync();
        using var body = new ByteArrayContent(Encoding.UTF8.GetBytes(content));
        body.Headers.TryAddWithoutValidation("Content-Type", contentType);

        using var response = await server.Client.PostAsync("/v1/imports", body, Stop);

        Assert.Equal(expected, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task Create_StageIsDown_Answers503()
    {
        await using var server = await RestServer.StartAsync(stages =>
            stages.Import = (_, _) => throw new RpcException(new Status(StatusCode.Unavailable, "down")));

        var (response, _) = await SendAsync(server, ("mapping", Encoding.UTF8.GetBytes(Mapping)), ("file", new byte[1024 * 1024]));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
    }

    private static async Task<(HttpResponseMessage Response, JsonNode? Body)> SendAsync(RestServer server, params (string Name, byte[] Content)[] parts)
    {
        using var form = new MultipartFormDataContent();
        foreach (var (name, content) in parts)
            form.Add(new ByteArrayContent(content), name);
        var response = await server.Client.PostAsync("/v1/imports", form, Stop);
        return (response, JsonNode.Parse(await response.Content.ReadAsStringAsync(Stop)));
    }
}
