namespace Matchbox.Web.Tests.Browsing;

/// <summary>The tree that this was built from.</summary>
internal static class SourceTree
{
    public static string Root { get; } = Find();

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Matchbox.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("not below a source tree");
        }
        return folder.FullName;
    }
}
