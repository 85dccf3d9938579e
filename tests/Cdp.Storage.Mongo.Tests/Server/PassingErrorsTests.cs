using System.Net;
using Cdp.Storage.Mongo.Server;
using MongoDB.Bson;
using MongoDB.Driver;
using MongoDB.Driver.Core.Clusters;
using MongoDB.Driver.Core.Connections;
using MongoDB.Driver.Core.Servers;

namespace Cdp.Storage.Mongo.Tests.Server;

public sealed class PassingErrorsTests
{
    private static readonly ConnectionId Connection = new(new ServerId(new ClusterId(), new DnsEndPoint("localhost", 27017)));

    [Theory]
    [InlineData(91, true)]
    [InlineData(10107, true)]
    [InlineData(11600, true)]
    [InlineData(50, true)]
    [InlineData(13, false)]
    [InlineData(2, false)]
    [InlineData(11000, false)]
    public void Include_AnswerOfTheServer_DependsOnItsCode(int code, bool passes) =>
        Assert.Equal(passes, PassingErrors.Include(new MongoCommandException(Connection, "refused", [], new BsonDocument { { "ok", 0 }, { "code", code } })));

    [Theory]
    [InlineData(64, true)]
    [InlineData(100, false)]
    public void Include_WriteConcernNotMet_DependsOnItsCode(int code, bool passes)
    {
        var answer = new BsonDocument { { "ok", 1 }, { "writeConcernError", new BsonDocument { { "code", code }, { "errmsg", "waiting" } } } };

        Assert.Equal(passes, PassingErrors.Include(new MongoWriteConcernException(Connection, "not met", new WriteConcernResult(answer))));
    }

    [Fact]
    public void Include_ErrorsOfTheDriver_PassesWhereTheServerIsAway()
    {
        Assert.True(PassingErrors.Include(new TimeoutException()));
        Assert.True(PassingErrors.Include(new MongoConnectionException(Connection, "closed")));
        Assert.False(PassingErrors.Include(new MongoAuthenticationException(Connection, "refused")));
        Assert.False(PassingErrors.Include(new FormatException()));
        Assert.False(PassingErrors.Include(new OperationCanceledException()));
    }
}
