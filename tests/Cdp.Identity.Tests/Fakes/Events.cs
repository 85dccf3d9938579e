using Cdp.Contracts.Common.V1;
using Cdp.Contracts.Identity.V1;
using Cdp.Identity.DryRuns;
using Cdp.Identity.Resolving;
using Cdp.Identity.Rules;
using Cdp.Identity.Store;
using Cdp.Storage.Embedded.Identity;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Cdp.Identity.Tests.Fakes;

/// <summary>Short forms for events with identifiers, written as "user_id:ann".</summary>
internal static class Events
{
    public static ResolveEvent Of(params string[] identifiers) => Mark(new ResolveEvent(), identifiers);

    public static ResolveEvent Alias(params string[] identifiers) => Mark(new ResolveEvent { Alias = true }, identifiers);

    public static ResolveEvent At(long timestamp, params string[] identifiers) => Mark(new ResolveEvent { Timestamp = timestamp }, identifiers);

    public static IdentifierKey Key(string identifier) => new(identifier[..identifier.IndexOf(':', StringComparison.Ordinal)], identifier[(identifier.IndexOf(':', StringComparison.Ordinal) + 1)..]);

    public static Resolver Resolver(IIdentityStore store, IdentityOptions? options = null, TimeProvider? time = null)
    {
        var wrapped = Options.Create(options ?? new IdentityOptions());
        return new Resolver(store, InForce(options), wrapped, time ?? Clock(), NullLogger<Resolver>.Instance);
    }

    /// <summary>A clock of which each reading is later than the last, so that ids sort by creation.</summary>
    public static FakeTimeProvider Clock() => new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)) { AutoAdvanceAmount = TimeSpan.FromMilliseconds(1) };

    /// <summary>The rules that settings make.</summary>
    public static RulesInForce InForce(IdentityOptions? options = null, IRuleStore? store = null, TimeProvider? time = null) =>
        new(store ?? new FakeRuleStore(), Options.Create(options ?? new IdentityOptions()), time ?? TimeProvider.System, NullLogger<RulesInForce>.Instance);

    /// <summary>Tries rules out beside a store.</summary>
    public static RulesRehearsal Rehearsal(IIdentityStore store, RulesInForce inForce, string directory) =>
        new(store, new EmbeddedDryRunStores(directory), inForce, Options.Create(new IdentityOptions { CacheSize = 3 }), TimeProvider.System);

    public static async Task<ResolveResponse> ResolveAsync(this Resolver resolver, long mergesAfter, params ResolveEvent[] events) =>
        await resolver.ResolveAsync(new ResolveRequest { MergesAfter = mergesAfter, Events = { events } }, TestContext.Current.CancellationToken);

    public static async Task<string> ResolveOneAsync(this Resolver resolver, params string[] identifiers) =>
        (await resolver.ResolveAsync(0, Of(identifiers))).Resolutions[0].ProfileId;

    public static string Text(this Identifier identifier) => $"{identifier.Type}:{identifier.Value}";

    private static ResolveEvent Mark(ResolveEvent source, string[] identifiers)
    {
        source.MessageId = string.Join('+', identifiers);
        source.SourceId = "src_1";
        source.Position = new FeedPosition { Offset = 7 };
        source.Identifiers.AddRange(identifiers.Select(i => Key(i).ToMessage()));
        return source;
    }
}
