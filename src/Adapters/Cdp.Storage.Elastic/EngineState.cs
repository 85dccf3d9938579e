using Cdp.Storage.Elastic.Connection;

namespace Cdp.Storage.Elastic;

/// <summary>What is known of the engine at the moment.</summary>
internal sealed class EngineState
{
    private Engine? _engine;
    private string? _problem;
    private bool _serves;
    private int _unfit;

    /// <summary>The engine; there once it has answered.</summary>
    public Engine Engine
    {
        get => Volatile.Read(ref _engine) ?? throw new InvalidOperationException("The engine has not been connected to.");
        set => Volatile.Write(ref _engine, value);
    }

    /// <summary>Whether the index is complete, so that searches may use it.</summary>
    public bool Serves
    {
        get => Volatile.Read(ref _serves);
        set => Volatile.Write(ref _serves, value);
    }

    /// <summary>What keeps the index from being written; null where nothing does.</summary>
    public string? Problem
    {
        get => Volatile.Read(ref _problem);
        set => Volatile.Write(ref _problem, value);
    }

    /// <summary>Profiles that the index cannot hold.</summary>
    public int Unfit
    {
        get => Volatile.Read(ref _unfit);
        set => Volatile.Write(ref _unfit, value);
    }
}
