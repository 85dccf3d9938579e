using Cdp.Storage.Mongo.Commits;
using Cdp.Storage.Mongo.Server;

namespace Cdp.Storage.Standby;

/// <summary>Tells whom a process that cannot stand by waits for.</summary>
internal static class OwnershipWait
{
    public static async Task TellAsync(string host, string stage, string ownAddress, MongoServer server)
    {
        try
        {
            var owner = await MongoStage.OwnerAsync(server, stage, CancellationToken.None);
            // Where it is this process by now, making indexes is what takes time.
            if (owner.Length > 0 && owner != ownAddress)
                await Console.Error.WriteLineAsync($"cdp {host} waits: another process owns {stage} (at {owner}).");
        }
        catch (Exception exception) when (MongoServer.IsPassing(exception))
        {
            await Console.Error.WriteLineAsync($"cdp {host} waits: {MongoServer.Setting}: the server does not answer at the moment.");
        }
    }
}
