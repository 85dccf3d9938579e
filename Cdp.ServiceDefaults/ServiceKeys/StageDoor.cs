using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace Cdp.ServiceDefaults.ServiceKeys;

/// <summary>
/// Stands in front of everything that the process of a stage serves: asks for the service key, then takes from the gateway
/// who the client is. A filter, so that no host can forget it.
/// </summary>
internal sealed class StageDoor : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.UseServiceKey();
        app.UseGatewayHeaders();
        next(app);
    };
}
