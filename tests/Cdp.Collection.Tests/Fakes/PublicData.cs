namespace Cdp.Collection.Tests.Fakes;

/// <summary>Public data sets that lie beside the checkout, in <c>../shared/data</c>.</summary>
internal static class PublicData
{
    /// <summary>Path of a file; the test skips where it is absent.</summary>
    public static string Find(string file)
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            var path = Path.Combine(directory.FullName, "shared", "data", file);
            if (File.Exists(path))
                return path;
        }
        Assert.Skip($"{file} is not in ../shared/data.");
        return "";
    }
}
