using System.Reflection;
using System.Xml.Linq;

namespace Matchbox.Appliance.Tests;

/// <summary>The arrows of the architecture, held by what the projects and assemblies really refer to.</summary>
public sealed class DesignTests
{
    /// <summary>What each project may refer to; whatever is not here may refer to nothing.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["Matchbox.Protocols"] = [],
        ["Matchbox.Butane"] = [],
        ["Matchbox.Templates"] = [],
        ["Matchbox.Core"] = ["Matchbox.Protocols", "Matchbox.Butane", "Matchbox.Templates"],
        ["Matchbox.Dhcp"] = ["Matchbox.Core"],
        ["Matchbox.Tftp"] = ["Matchbox.Core"],
        ["Matchbox.Http"] = ["Matchbox.Core"],
        // A client of the API, without a socket between the two.
        ["Matchbox.Web"] = ["Matchbox.Http"],
        ["Matchbox.Storage.Journal"] = ["Matchbox.Core"],
        ["Matchbox.Storage.LiteDb"] = ["Matchbox.Core"],
        ["Matchbox.Appliance"] = ["Matchbox.Dhcp", "Matchbox.Tftp", "Matchbox.Http", "Matchbox.Web", "Matchbox.Storage.Journal", "Matchbox.Storage.LiteDb"],
    };

    /// <summary>Packages that one project alone may use.</summary>
    private static readonly Dictionary<string, string> Owners = new(StringComparer.Ordinal)
    {
        ["Serilog"] = "Matchbox.Appliance",
        ["YamlDotNet"] = "Matchbox.Appliance",
        ["System.CommandLine"] = "Matchbox.Appliance",
        ["Prometheus"] = "Matchbox.Appliance",
        ["Google.Protobuf"] = "Matchbox.Http",
        ["Grpc"] = "Matchbox.Http",
        ["Konscious"] = "Matchbox.Http",
        ["MudBlazor"] = "Matchbox.Web",
        ["LiteDB"] = "Matchbox.Storage.LiteDb",
    };

    public static TheoryData<string> Projects => [.. ProjectFiles().Select(file => Path.GetFileNameWithoutExtension(file))];

    [Theory, MemberData(nameof(Projects))]
    public void A_project_refers_only_to_what_is_below_it(string project)
    {
        var file = XDocument.Load(ProjectFiles().Single(file => Path.GetFileNameWithoutExtension(file) == project));
        var references = file.Descendants("ProjectReference").Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/')));

        Assert.Subset(Allowed[project].ToHashSet(), references.ToHashSet());
    }

    [Theory, MemberData(nameof(Projects))]
    public void An_assembly_uses_only_what_is_its_own(string project)
    {
        foreach (var reference in ReferencesOf(project))
        {
            var owner = Owners.FirstOrDefault(owner => reference.StartsWith(owner.Key, StringComparison.Ordinal)).Value;
            Assert.True(owner is null || owner == project, $"{project} uses {reference}, which belongs to {owner}");
        }
    }

    [Fact]
    public void The_wire_formats_know_no_sockets_no_files_and_no_log()
    {
        string[] forbidden = ["System.Net.Sockets", "System.Net.Http", "System.IO.FileSystem", "Microsoft."];
        Assert.DoesNotContain(ReferencesOf("Matchbox.Protocols"), reference => forbidden.Any(name => reference.StartsWith(name, StringComparison.Ordinal)));
        Assert.DoesNotContain(TypesUsedBy("Matchbox.Protocols"), type => type is "System.IO.File" or "System.IO.FileStream" or "System.IO.Directory");
    }

    [Fact]
    public void Decisions_know_no_web_server_and_no_sockets() =>
        Assert.DoesNotContain(ReferencesOf("Matchbox.Core"), reference =>
            reference.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal) || reference is "System.Net.Sockets" or "System.Net.Http");

    [Fact]
    public void Nobody_reads_the_wall_clock()
    {
        var banned = File.ReadAllText(Path.Combine(SourceTree.Root, "BannedSymbols.txt"));
        Assert.All(["System.DateTime.Now", "System.DateTime.UtcNow", "System.DateTimeOffset.UtcNow"], clock => Assert.Contains($"P:{clock};", banned, StringComparison.Ordinal));
        Assert.DoesNotContain(
            Directory.EnumerateFiles(Path.Combine(SourceTree.Root, "src"), "*.cs", SearchOption.AllDirectories),
            file => File.ReadAllText(file).Contains("#pragma warning disable RS0030", StringComparison.Ordinal));
    }

    private static IEnumerable<string> ProjectFiles() => Directory.EnumerateFiles(Path.Combine(SourceTree.Root, "src"), "*.csproj", SearchOption.AllDirectories);

    private static string[] ReferencesOf(string project)
    {
        using var file = File.OpenRead(AssemblyOf(project));
        using var portable = new System.Reflection.PortableExecutable.PEReader(file);
        var metadata = System.Reflection.Metadata.PEReaderExtensions.GetMetadataReader(portable);
        return [.. metadata.AssemblyReferences.Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name))];
    }

    private static string[] TypesUsedBy(string project)
    {
        using var file = File.OpenRead(AssemblyOf(project));
        using var portable = new System.Reflection.PortableExecutable.PEReader(file);
        var metadata = System.Reflection.Metadata.PEReaderExtensions.GetMetadataReader(portable);
        return [.. metadata.TypeReferences.Select(metadata.GetTypeReference).Select(type => $"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name)}")];
    }

    private static string AssemblyOf(string project) =>
        Path.Combine(AppContext.BaseDirectory, project == "Matchbox.Appliance" ? "matchbox.dll" : $"{project}.dll");
}
