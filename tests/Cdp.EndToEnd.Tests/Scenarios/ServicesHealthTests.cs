using System.Net;
using System.Net.Http.Headers;
using Cdp.EndToEnd.Tests.Processes;

namespace Cdp.EndToEnd.Tests.Scenarios;

/// <summary>Health as orchestrators ask for it: https://github.com/grpc/grpc/blob/master/doc/health-checking.md</summary>
[Collection(nameof(ServicesPlatform))]
public sealed class ServicesHealthTests(ServicesPlatform platform)
{
    private static readonly byte[] EmptyMessage = [0, 0, 0, 0, 0];
    private static readonly byte[] Serving = [0, 0, 0, 0, 2, 0x08, 0x01];

    [Theory]
    [InlineData("collection")]
    [InlineData("identity")]
    [InlineData("profile")]
    [InlineData("segment-search")]
    [InlineData("activation")]
    [InlineData("governance")]
    public async Task Check_OverGrpc_AnswersServing(string service)
    {
        using var http = new HttpClient { BaseAddress = platform.GrpcUrls[service] };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/grpc.health.v1.Health/Check")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(EmptyMessage) { Headers = { ContentType = new MediaTypeHeaderValue("application/grpc") } },
        };
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));

        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(Serving, await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }
}
