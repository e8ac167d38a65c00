namespace Matchbox.Appliance.Tests;

/// <summary>The source tree around the test.</summary>
internal static class SourceTree
{
    public static string Root { get; } = Find();

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Matchbox.sln")))
            {
                return folder.FullName;
            }
        }
        throw new DirectoryNotFoundException("no Matchbox.sln above the test");
    }
}
