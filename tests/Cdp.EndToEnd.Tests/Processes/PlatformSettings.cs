namespace Cdp.EndToEnd.Tests.Processes;

/// <summary>Settings that every process of a tested platform gets.</summary>
internal static class PlatformSettings
{
    public const string AdminKey = "test-admin-key";
    public const string WriteKey = "test-write-key";

    public static Dictionary<string, string> For(string dataDirectory) => new()
    {
        ["Cdp__DataDirectory"] = dataDirectory,
        ["Cdp__AdminKey"] = AdminKey,
        ["Cdp__WriteKey"] = WriteKey,
        ["Cdp__GrpcUrls"] = "http://127.0.0.1:0",
        // The receivers of the tests are on this machine, and a test does not wait for a second attempt.
        ["Cdp__Activation__AllowPrivateAddresses"] = "true",
        ["Logging__LogLevel__Default"] = "Warning",
    };
}
