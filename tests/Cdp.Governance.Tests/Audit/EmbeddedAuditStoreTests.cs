using Cdp.Governance.Audit;
using Cdp.Governance.Tests.Fakes;
using Microsoft.Data.Sqlite;

namespace Cdp.Governance.Tests.Audit;

public sealed class EmbeddedAuditStoreTests : AuditStoreSuite, IAsyncDisposable
{
    private readonly GovernanceFiles _files = new();

    protected override IAuditStore Store => _files.Audit;

    [Theory]
    [InlineData("DELETE FROM audit")]
    [InlineData("UPDATE audit SET actor = 'nobody'")]
    public async Task Change_OfAnEntry_IsRefusedByTheDatabaseItself(string sql)
    {
        await Store.AppendAsync(Entry("a"), TestContext.Current.CancellationToken);

        await Assert.ThrowsAsync<SqliteException>(() => _files.Database.Sqlite.WriteAsync(
            (connection, transaction) =>
            {
                using var command = connection.CreateCommand();
                command.CommandText = sql;
                command.Transaction = transaction;
                command.ExecuteNonQuery();
            },
            TestContext.Current.CancellationToken));
    }

    public ValueTask DisposeAsync() => _files.DisposeAsync();

    protected override Task ReopenAsync() => _files.ReopenAsync();
}
