using Cdp.Contracts.Activation.V1;
using Cdp.Contracts.Profile.V1;
using Cdp.Contracts.SegmentSearch.V1;
using Cdp.Engines;
using Cdp.InProcess;
using Cdp.SegmentSearch.Segments;
using Cdp.SegmentSearch.Tests.Fakes;
using Cdp.Storage.Mongo.SegmentSearch;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Cdp.SegmentSearch.Tests.Store;

public sealed class MongoSegmentSearchTests(MongoEngine engine)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Stage_OnMongo_GoesOnWhereItWasAndForgetsWhatIsDeleted()
    {
        await using var database = await MongoDatabase.CreateAsync(engine, MongoSegmentSearchSchema.Schema, Stop);
        var profiles = new FakeProfileService(TimeProvider.System);
        profiles.Identify("a", ("plan", "\"pro\""));
        profiles.Identify("b", ("plan", "\"free\""));
        await RunAsync(database, profiles, async (client, _) =>
        {
            await client.CreateSegmentAsync(new CreateSegmentRequest { Key = "pro", Condition = """{"trait":"plan","op":"equals","value":"pro"}""" }, cancellationToken: Stop);
            Assert.Equal(["a"], await MembersAsync(client));
        });
        profiles.Identify("b", ("plan", "\"pro\""));
        profiles.Merge("a", "b");
        profiles.Identify("c", ("plan", "\"pro\""));
        await database.ReopenAsync(Stop);

        await RunAsync(database, profiles, async (client, state) =>
        {
            await state.WaitLoadedAsync(Stop);
            await RunningStage.UntilAsync(async () => (await MembersAsync(client)).SequenceEqual(["b", "c"]));
            var history = await client.ListHistoryAsync(new ListHistoryRequest { Key = "pro" }, cancellationToken: Stop);
            Assert.Equal(["+a Definition", "+b Merge a", "+c Profile", "-a Merge b"], history.Changes.Reverse().Select(RunningStage.Describe).Order(StringComparer.Ordinal));

            await client.DeleteSegmentAsync(new DeleteSegmentRequest { Key = "pro" }, cancellationToken: Stop);
            await RunningStage.UntilAsync(async () => await database.Stage.Collection("memberships").CountDocumentsAsync(new MongoDB.Bson.BsonDocument("profile", "b"), null, Stop) == 0);
        });
    }

    private static async Task RunAsync(MongoDatabase database, FakeProfileService profiles, Func<SegmentService.SegmentServiceClient, SegmentState, Task> use)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.None));
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddKeyedSingleton(SegmentSearchModule.Name, database.Stage);
        builder.AddSegmentSearch().UseMongo();
        var methods = new InProcessMethods();
        ProfileService.BindService(methods, profiles);
        var invoker = new InProcessCallInvoker(methods);
        builder.Services.AddSingleton(new ProfileService.ProfileServiceClient(invoker));
        builder.Services.AddSingleton(new ActivationService.ActivationServiceClient(invoker));
        using var host = builder.Build();
        SegmentSearchModule.Bind(methods, host.Services);
        await host.StartAsync(Stop);
        await use(new SegmentService.SegmentServiceClient(invoker), host.Services.GetRequiredService<SegmentState>());
        await host.StopAsync(Stop);
    }

    private static async Task<string[]> MembersAsync(SegmentService.SegmentServiceClient client) =>
        [.. (await client.ListMembersAsync(new ListMembersRequest { Key = "pro" }, cancellationToken: Stop)).Members.Select(m => m.ProfileId)];
}
