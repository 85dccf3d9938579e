using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Cdp.EndToEnd.Tests.AppHost;

/// <summary>
/// The AppHost is built by Aspire's packages, which not every feed has, so the solution does not build it. What can be known
/// without them is held here: that it names every host and nothing that is not there.
/// </summary>
public sealed partial class AppHostFileTests
{
    private static readonly string Root = FindRoot();
    private static readonly string Source = File.ReadAllText(Path.Combine(Root, "Cdp.AppHost", "apphost.cs"));

    [Fact]
    public void Projects_AreTheServicesAndTheGateway()
    {
        var named = ProjectLine().Matches(Source).Select(m => Path.GetFullPath(m.Groups[1].Value, Path.Combine(Root, "Cdp.AppHost"))).Order();
        var there = Directory.GetFiles(Path.Combine(Root, "src", "Hosts"), "*.csproj", SearchOption.AllDirectories)
            .Where(project => Path.GetFileNameWithoutExtension(project) is not ("Cdp.Standalone" or "Cdp.Move")).Order();

        Assert.Equal(there, named);
    }

    [Fact]
    public void AddProject_IsCalledForEveryProject()
    {
        var named = ProjectLine().Matches(Source).Select(m => Path.GetFileNameWithoutExtension(m.Groups[1].Value).Replace('.', '_')).Order();

        Assert.Equal(named, AddProject().Matches(Source).Select(m => m.Groups[1].Value).Order());
    }

    [Fact]
    public void References_AreThereForEveryStageThatAServiceCalls()
    {
        var variables = Variable().Matches(Source).ToDictionary(m => m.Groups[2].Value.Replace('_', '.'), m => m.Groups[1].Value);
        var statements = Source.Split(';').Select(s => s.Trim()).ToList();
        foreach (var (project, variable) in variables.Where(v => v.Key != "Cdp.Gateway"))
        {
            var own = string.Concat(statements.Where(s => s.Split('\n').LastOrDefault(l => l.Length > 0 && !char.IsWhiteSpace(l[0]), "").StartsWith($"{variable}.", StringComparison.Ordinal)));
            var program = File.ReadAllText(Path.Combine(Root, "src", "Hosts", project, "Program.cs"));
            var called = StageClient().Matches(program).Select(m => m.Groups[1].Value.Replace("-", "", StringComparison.Ordinal)).Distinct().ToList();

            Assert.NotEmpty(called);
            Assert.All(called, stage => Assert.Matches($@"(?i)WithReference\({stage}\)|services__{stage}__", own));
        }
    }

    [Fact]
    public void Packages_HaveAVersion_ThatIsTheSdks()
    {
        var versions = XDocument.Load(Path.Combine(Root, "Directory.Packages.props")).Descendants("PackageVersion")
            .ToDictionary(p => p.Attribute("Include")!.Value, p => p.Attribute("Version")!.Value);
        var sdk = SdkLine().Match(Source).Groups[1].Value;
        var packages = PackageLine().Matches(Source).Select(m => m.Groups[1].Value).ToList();

        Assert.NotEmpty(packages);
        Assert.All(packages, package => Assert.Equal(sdk, versions.GetValueOrDefault(package)));
    }

    private static string FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "CdpMicro.sln")))
            directory = directory.Parent ?? throw new DirectoryNotFoundException("The tests do not run within the repository.");
        return directory.FullName;
    }

    [GeneratedRegex("^#:sdk Aspire.AppHost.Sdk@(.+)$", RegexOptions.Multiline)]
    private static partial Regex SdkLine();

    [GeneratedRegex("^#:package (.+)$", RegexOptions.Multiline)]
    private static partial Regex PackageLine();

    [GeneratedRegex("^#:project (.+)$", RegexOptions.Multiline)]
    private static partial Regex ProjectLine();

    [GeneratedRegex(@"var (\w+) = builder\.AddProject<Projects\.(\w+)>")]
    private static partial Regex Variable();

    [GeneratedRegex("AddStageClient<[^>]+>\\(\"([a-z-]+)\"\\)")]
    private static partial Regex StageClient();

    [GeneratedRegex(@"AddProject<Projects\.(\w+)>")]
    private static partial Regex AddProject();
}
