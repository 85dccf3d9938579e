using Cdp.Contracts.Identity.V1;
using Cdp.Rest.Tests.Fakes;

namespace Cdp.Rest.Tests.Identity;

public sealed class RulesEndpointsTests
{
    [Fact]
    public async Task Rules_InForce_AreListed()
    {
        await using var server = await RestServer.StartAsync(stages => stages.Answer<GetRulesRequest, IdentityRules>(_ => new IdentityRules
        {
            Identifiers = { new IdentifierRule { Type = "user_id", Limit = 1, Window = "ever", Priority = 1 } },
            BlockedValues = { "^null$" },
        }));

        var (_, body) = await server.SendAsync(HttpMethod.Get, "/v1/identity/rules");

        Assert.Equal("""{"identifiers":[{"type":"user_id","limit":1,"window":"ever","priority":1}],"blocked_values":["^null$"]}""", body!.ToJsonString());
    }
}
