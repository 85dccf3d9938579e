using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace Cdp.ServiceDefaults.ServiceKeys;

/// <summary>
/// Stands in front of everything that the process of a stage serves: asks for the service key, then takes from the gateway
/// who the client is. A filter, so that no host can forget it.
/// </summary>
/// <param name="isStandby">Whether another replica answers the call: then what the gateway says goes on to it.</param>
internal sealed class StageDoor(bool isStandby) : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.UseServiceKey();
        if (!isStandby)
            app.UseGatewayHeaders();
        next(app);
    };
}
