using Cdp.Contracts.Identity.V1;
using Cdp.InProcess;
using Cdp.Profile.Parsing;
using Grpc.Core;

namespace Cdp.Profile.Tests.Fakes;

/// <summary>Identity rules that a test may change; as by default until then.</summary>
internal sealed class FakeRules : IdentityRulesService.IdentityRulesServiceBase
{
    private const string External = "context.externalIds";

    /// <summary>Where the default rules have identifiers come from.</summary>
    public static IdentifierPaths Paths { get; } = new(Default());

    /// <summary>The rules in force.</summary>
    public IdentityRules Rules { get; set; } = Default();

    /// <summary>What a dry run has sent, rules first.</summary>
    public List<RehearseRulesRequest> Rehearsed { get; } = [];

    /// <summary>What comes of a dry run after its last event.</summary>
    public Func<CancellationToken, Task<Rehearsal>> Rehearsal { get; set; } = _ => Task.FromResult(new Rehearsal { Merging = 7 });

    public RulesClient Client() => new(Identity());

    public IdentityRulesService.IdentityRulesServiceClient Identity()
    {
        var methods = new InProcessMethods();
        IdentityRulesService.BindService(methods, this);
        return new IdentityRulesService.IdentityRulesServiceClient(new InProcessCallInvoker(methods));
    }

    public override Task<IdentityRules> CheckRules(CheckRulesRequest request, ServerCallContext context) =>
        Task.FromResult(With(0, ("user_id", ["userId"]), (request.Rules, ["properties.card"])));

    public override async Task<Rehearsal> RehearseRules(IAsyncStreamReader<RehearseRulesRequest> requestStream, ServerCallContext context)
    {
        while (await requestStream.MoveNext(context.CancellationToken))
            Rehearsed.Add(requestStream.Current);
        return await Rehearsal(context.CancellationToken);
    }

    public override Task<IdentityRules> GetRules(GetRulesRequest request, ServerCallContext context) => Task.FromResult(Rules);

    public static IdentityRules Default() => With(
        1,
        ("user_id", ["userId", "previousId", External]),
        ("email", ["traits.email", "context.traits.email", External]),
        ("anonymous_id", ["anonymousId", "previousId", External]),
        ("ga_client_id", ["context.integrations.Google Analytics.clientId", External]),
        ("android.id", ["context.device.id", External]),
        ("android.idfa", ["context.device.advertisingId", External]),
        ("android.push_token", ["context.device.token", External]),
        ("ios.id", ["context.device.id", External]),
        ("ios.idfa", ["context.device.advertisingId", External]),
        ("ios.push_token", ["context.device.token", External]),
        ("phone", ["traits.phone", "context.traits.phone", External]));

    public static IdentityRules With(long version, params IEnumerable<(string Type, string[] From)> types) => new()
    {
        Version = version,
        Identifiers = { types.Select(t => new IdentifierRule { Type = t.Type, From = { t.From } }) },
    };
}
