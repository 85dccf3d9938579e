using Microsoft.Extensions.Configuration;

namespace Cdp.Storage.Embedded.Sqlite;

/// <summary>Where the embedded stores keep their files: <c>Cdp:DataDirectory</c>, by default <c>data</c>.</summary>
public static class DataDirectory
{
    /// <summary>Configuration path of the setting.</summary>
    public const string Setting = "Cdp:DataDirectory";

    /// <summary>Full path of the directory.</summary>
    public static string Of(IConfiguration configuration)
    {
        var configured = configuration[Setting];
        return Path.GetFullPath(string.IsNullOrWhiteSpace(configured) ? "data" : configured);
    }

    /// <summary>Creates a directory where it is missing, for the platform's own user only: it holds personal data.</summary>
    public static DirectoryInfo Create(string path) => OperatingSystem.IsWindows()
        ? Directory.CreateDirectory(path)
        : Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
}
