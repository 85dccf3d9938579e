using Cdp.Move;

return await MoveProcess.RunAsync(args);
