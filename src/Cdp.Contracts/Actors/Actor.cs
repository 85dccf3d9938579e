using Grpc.Core;

namespace Cdp.Contracts.Actors;

/// <summary>On whose behalf a call is made.</summary>
public static class Actor
{
    /// <summary>gRPC metadata that names who calls: the id of an API key. Absent: the platform itself.</summary>
    public const string Header = "cdp-actor";

    /// <summary>The platform itself.</summary>
    public const string System = "system";

    /// <summary>Who makes a call.</summary>
    public static string Of(ServerCallContext context) => context.RequestHeaders.GetValue(Header) ?? System;
}
