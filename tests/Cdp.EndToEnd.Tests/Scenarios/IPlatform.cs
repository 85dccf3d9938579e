using Cdp.EndToEnd.Tests.Client;

namespace Cdp.EndToEnd.Tests.Scenarios;

/// <summary>A running platform that tests share, in one of its shapes.</summary>
public interface IPlatform
{
    /// <summary>A client of it.</summary>
    PlatformClient Client { get; }
}
