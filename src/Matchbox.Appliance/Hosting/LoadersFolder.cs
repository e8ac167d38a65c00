namespace Matchbox.Appliance.Hosting;

/// <summary>Where the boot loaders are.</summary>
internal static class LoadersFolder
{
    /// <summary>What the settings say, else <c>loaders/</c> beside the executable, else <c>assets/loaders</c> of the source tree around it.</summary>
    public static string Find(string? given)
    {
        if (given is not null)
        {
            return given;
        }
        var beside = Path.Combine(AppContext.BaseDirectory, "loaders");
        if (Directory.Exists(beside))
        {
            return beside;
        }
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var tree = Path.Combine(folder.FullName, "assets", "loaders");
            if (File.Exists(Path.Combine(tree, "loaders.sha256")))
            {
                return tree;
            }
        }
        return beside;
    }
}
