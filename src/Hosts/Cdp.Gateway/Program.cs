using Cdp.Gateway;
using Cdp.ServiceDefaults;

return await CdpProcess.RunAsync(args, "gateway", GatewayHost.Register, GatewayHost.Map);
