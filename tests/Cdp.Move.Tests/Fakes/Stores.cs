using Cdp.Move.Sides;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Cdp.Move.Tests.Fakes;

/// <summary>The embedded stores of a data directory, as a service uses them.</summary>
internal sealed class Stores : IAsyncDisposable
{
    private readonly WebApplication _host;

    public Stores(string directory) => _host = StoresOfSide.Build(StoresOfSide.Configure([$"--Cdp:DataDirectory={directory}"], "mongodb", "kafka"));

    public T Get<T>()
        where T : notnull => _host.Services.GetRequiredService<T>();

    public ValueTask DisposeAsync() => _host.DisposeAsync();
}
