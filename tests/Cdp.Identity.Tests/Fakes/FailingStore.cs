using Cdp.Contracts.Identity.V1;
using Cdp.Identity.Rules;
using Cdp.Identity.Store;
using Cdp.Identity.Ties;

namespace Cdp.Identity.Tests.Fakes;

/// <summary>A store whose n-th call fails, before or after it did its work.</summary>
internal sealed class FailingStore(IIdentityStore store) : IIdentityStore
{
    private int _calls;

    /// <summary>Which call fails, from 1; 0: none.</summary>
    public int FailsAt { get; set; }

    /// <summary>Whether the work of the failing call is done all the same, as where the answer is lost.</summary>
    public bool DoesItsWork { get; set; }

    /// <summary>Has the n-th call from now on fail.</summary>
    public void FailsNext(int call, bool doesItsWork) => (FailsAt, DoesItsWork) = (_calls + call, doesItsWork);

    public Task<IReadOnlyList<StoredPerson>> FindAsync(IReadOnlyCollection<IdentifierKey> identifiers, CancellationToken cancellationToken) =>
        CallAsync(() => store.FindAsync(identifiers, cancellationToken));

    public Task<StoredPerson?> GetAsync(string id, CancellationToken cancellationToken) => CallAsync(() => store.GetAsync(id, cancellationToken));

    public Task<IReadOnlyList<string>> AbsorbedAsync(string id, CancellationToken cancellationToken) => CallAsync(() => store.AbsorbedAsync(id, cancellationToken));

    public Task CommitAsync(IdentityChanges changes, CancellationToken cancellationToken) => CallAsync(async () =>
    {
        await store.CommitAsync(changes, cancellationToken);
        return true;
    });

    public Task<PersonHistory?> HistoryAsync(string id, CancellationToken cancellationToken) => CallAsync(() => store.HistoryAsync(id, cancellationToken));

    public Task SplitAsync(SplitCommit commit, CancellationToken cancellationToken) => CallAsync(async () =>
    {
        await store.SplitAsync(commit, cancellationToken);
        return true;
    });

    public Task<IReadOnlyList<Separation>> SeparationsAsync(CancellationToken cancellationToken) => CallAsync(() => store.SeparationsAsync(cancellationToken));

    public Task<IReadOnlyList<Merge>> MergesAfterAsync(long sequence, CancellationToken cancellationToken) => CallAsync(() => store.MergesAfterAsync(sequence, cancellationToken));

    public Task<Merge?> FindMergeAsync(long sequence, CancellationToken cancellationToken) => CallAsync(() => store.FindMergeAsync(sequence, cancellationToken));

    public Task<IReadOnlyList<Merge>> MergesOfAsync(string id, CancellationToken cancellationToken) => CallAsync(() => store.MergesOfAsync(id, cancellationToken));

    public Task<IReadOnlyList<Link>> LinksOfAsync(IReadOnlyCollection<IdentifierKey> identifiers, CancellationToken cancellationToken) =>
        CallAsync(() => store.LinksOfAsync(identifiers, cancellationToken));

    public Task<IReadOnlyList<Split>> SplitsAfterAsync(long sequence, CancellationToken cancellationToken) => CallAsync(() => store.SplitsAfterAsync(sequence, cancellationToken));

    public Task<Split?> FindSplitAsync(long sequence, CancellationToken cancellationToken) => CallAsync(() => store.FindSplitAsync(sequence, cancellationToken));

    public Task<IdentitySequences> SequencesAsync(CancellationToken cancellationToken) => CallAsync(() => store.SequencesAsync(cancellationToken));

    public Task<IReadOnlyList<string>> EraseAsync(string id, CancellationToken cancellationToken) => CallAsync(() => store.EraseAsync(id, cancellationToken));

    private async Task<T> CallAsync<T>(Func<Task<T>> work)
    {
        var fails = ++_calls == FailsAt;
        if (fails && !DoesItsWork)
            throw new IOException("The store failed.");
        var result = await work();
        return fails ? throw new IOException("The store failed after its work.") : result;
    }
}
