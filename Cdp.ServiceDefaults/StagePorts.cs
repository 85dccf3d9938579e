namespace Cdp.ServiceDefaults;

/// <summary>The loopback ports that the processes use unless they are configured otherwise.</summary>
public static class StagePorts
{
    private static readonly Dictionary<string, (int Http, int Grpc)> Ports = new()
    {
        ["gateway"] = (5080, 5081),
        ["standalone"] = (5080, 5081),
        ["collection"] = (5101, 5201),
        ["identity"] = (5102, 5202),
        ["profile"] = (5103, 5203),
        ["segment-search"] = (5104, 5204),
        ["activation"] = (5105, 5205),
        ["governance"] = (5106, 5206),
    };

    /// <summary>Ports of a stage.</summary>
    public static (int Http, int Grpc) Of(string stage) => Ports[stage];

    /// <summary>Service discovery settings for all stages on this machine; configuration overrides them.</summary>
    internal static IEnumerable<KeyValuePair<string, string?>> Defaults() => Ports.SelectMany(port => new KeyValuePair<string, string?>[]
    {
        new($"Services:{port.Key}:http:0", $"http://127.0.0.1:{port.Value.Http}"),
        new($"Services:{port.Key}:grpc:0", $"http://127.0.0.1:{port.Value.Grpc}"),
    });
}
