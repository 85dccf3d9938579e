using System.ComponentModel.DataAnnotations;

namespace Cdp.Profile;

/// <summary>Settings of the stage, at <c>Cdp:Profile</c>.</summary>
public sealed class ProfileOptions
{
    /// <summary>Configuration path.</summary>
    public const string Section = "Cdp:Profile";

    /// <summary>Profiles kept in memory.</summary>
    [Range(1_000, 100_000_000)]
    public int CacheSize { get; set; } = 200_000;

    /// <summary>Most events in one commit.</summary>
    [Range(1, 10_000)]
    public int RoundEvents { get; set; } = 5_000;
}
