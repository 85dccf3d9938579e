using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Cdp.ServiceDefaults;

/// <summary>Runs a host from its command line to its exit code. What keeps it from starting is told in one line.</summary>
public static class CdpProcess
{
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(5);

    /// <summary>Runs until the process is told to stop; returns its exit code.</summary>
    /// <param name="args">Command line.</param>
    /// <param name="stage">Name of the stage, <c>gateway</c> or <c>standalone</c>.</param>
    /// <param name="register">Registers what the host is made of.</param>
    /// <param name="map">Maps its endpoints; those that every host has are there already.</param>
    /// <param name="stop">Ends it from within.</param>
    public static Task<int> RunAsync(
        string[] args, string stage, Action<WebApplicationBuilder> register, Action<WebApplication> map, CancellationToken stop = default)
    {
        var started = false;
        return TellAsync(stage, RunHostAsync, () => !started);

        async Task<int> RunHostAsync()
        {
            var builder = CdpHost.CreateBuilder(args, stage);
            // The framework logs a failed start with its stack; here it is told in one line.
            builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", level => Volatile.Read(ref started) && level >= LogLevel.Information);
            builder.Logging.AddFilter("Microsoft.AspNetCore.Server.Kestrel", level => Volatile.Read(ref started) && level >= LogLevel.Warning);
            builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = StopPatience);
            register(builder);
            await using var app = builder.Build();
            app.MapCdpDefaults();
            map(app);
            await app.StartAsync();
            Volatile.Write(ref started, true);
            using var stopping = stop.Register(app.Lifetime.StopApplication);
            await app.WaitForShutdownAsync();
            return 0;
        }
    }

    /// <summary>Runs what may fail to start; tells in one line why it does.</summary>
    /// <param name="stage">Name of the stage.</param>
    /// <param name="run">What is run; returns the exit code.</param>
    /// <param name="isStarting">Whether it still starts: afterwards an error is a defect, whose stack is wanted.</param>
    public static async Task<int> TellAsync(string stage, Func<Task<int>> run, Func<bool> isStarting)
    {
        try
        {
            return await run();
        }
        catch (Exception exception) when (isStarting() && Reason(exception) is { } reason)
        {
            await Console.Error.WriteLineAsync($"cdp {stage} cannot start: {reason}");
            return 1;
        }
    }

    // Wrong settings and what the machine refuses; anything else is a defect, whose stack is wanted.
    private static string? Reason(Exception exception) => exception switch
    {
        OptionsValidationException options => $"{options.OptionsName}{string.Join(" ", options.Failures)}",
        AggregateException { InnerExceptions: [var only] } => Reason(only),
        IOException or UnauthorizedAccessException or InvalidOperationException or FormatException or System.Net.Sockets.SocketException => exception.Message,
        _ when exception.GetType().Name == "SqliteException" => exception.Message,
        _ => null,
    };
}
