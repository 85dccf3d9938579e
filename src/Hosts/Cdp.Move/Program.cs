using Cdp.Move;

return await MoveProcess.RunAsync(args, Console.Out, Console.Error);
