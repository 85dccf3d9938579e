using Cdp.Storage.Mongo.Commits;
using Cdp.Storage.Mongo.Server;
using Grpc.Core;

namespace Cdp.Storage.Mongo.Tests.Server;

public sealed class MongoFailureInterceptorTests
{
    private readonly MongoFailureInterceptor _interceptor = new();

    public static TheoryData<Exception> Passing => [new TimeoutException("slow"), new OwnershipLostException("profile")];

    [Theory]
    [MemberData(nameof(Passing))]
    public async Task Calls_MongoDbIsAway_AreUnavailable(Exception exception)
    {
        var unary = () => _interceptor.UnaryServerHandler<string, string>("", null!, (_, _) => throw exception);
        var up = () => _interceptor.ClientStreamingServerHandler<string, string>(null!, null!, (_, _) => throw exception);
        var down = () => _interceptor.ServerStreamingServerHandler<string, string>("", null!, null!, (_, _, _) => throw exception);
        var both = () => _interceptor.DuplexStreamingServerHandler<string, string>(null!, null!, null!, (_, _, _) => throw exception);

        foreach (var call in new Func<Task>[] { unary, up, down, both })
            Assert.Equal(StatusCode.Unavailable, (await Assert.ThrowsAsync<RpcException>(call)).StatusCode);
    }

    [Fact]
    public async Task Calls_OtherFailuresAndAnswers_StayAsTheyAre()
    {
        var refused = new RpcException(new Status(StatusCode.NotFound, "none"));

        Assert.Same(refused, await Assert.ThrowsAsync<RpcException>(() => _interceptor.UnaryServerHandler<string, string>("", null!, (_, _) => throw refused)));
        await Assert.ThrowsAsync<FormatException>(() => _interceptor.UnaryServerHandler<string, string>("", null!, (_, _) => throw new FormatException()));
        Assert.Equal("yes", await _interceptor.UnaryServerHandler<string, string>("", null!, (_, _) => Task.FromResult("yes")));
    }
}
