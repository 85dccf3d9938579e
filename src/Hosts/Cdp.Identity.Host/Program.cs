using Cdp.Identity;
using Cdp.Storage;

return await StageProcess.RunAsync(args, IdentityModule.Name, builder => builder.AddIdentity().UseStores(), app => app.MapIdentity());
