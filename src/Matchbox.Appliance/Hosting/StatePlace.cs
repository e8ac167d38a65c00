using Matchbox.Appliance.Settings;

namespace Matchbox.Appliance.Hosting;

/// <summary>Where the state goes: where the settings say, else the first of some places that can be written. Never into the data folder.</summary>
internal sealed record StatePlace(string Path, string? Warning)
{
    private const UnixFileMode OwnerFolder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>The places to look for an appliance whose settings name none, the likeliest first.</summary>
    public static IReadOnlyList<string> Standard => UserPath is { } user
        ? [ApplianceSettings.DefaultStatePath, user, LastResort]
        : [ApplianceSettings.DefaultStatePath, LastResort];

    // A unit file of poseidon/matchbox gives its user nothing to write in but the data folder.
    private static string LastResort => $"/var/tmp/matchbox-state-{Environment.UserName}";

    /// <summary><c>~/.local/state/matchbox</c>, or where XDG_STATE_HOME says; null for a user without a home.</summary>
    private static string? UserPath
    {
        get
        {
            var given = Environment.GetEnvironmentVariable("XDG_STATE_HOME");
            if (given is { Length: > 0 })
            {
                return System.IO.Path.Combine(given, "matchbox");
            }
            var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
            return home.Length > 0 ? System.IO.Path.Combine(home, ".local", "state", "matchbox") : null;
        }
    }

    /// <exception cref="StartException">Named inside the data folder, by way of a link for example.</exception>
    public static StatePlace Choose(ApplianceSettings settings)
    {
        if (settings.StatePath is { } named)
        {
            return IsData(named, settings)
                ? throw new StartException($"state may not be kept in {settings.DataPath}, the place of declared groups and profiles, and {named} leads there: "
                    + $"name a folder of its own with --state-path, such as {ApplianceSettings.DefaultStatePath}")
                : new StatePlace(named, null);
        }
        var place = Standard.FirstOrDefault(path => !IsData(path, settings) && CanWrite(path)) ?? ApplianceSettings.DefaultStatePath;
        return new StatePlace(place, place != LastResort ? null
            : $"state is kept in {place}, which the system may empty: nothing better can be written. "
                + $"Name a folder with --state-path, or give the unit StateDirectory={System.IO.Path.GetFileName(ApplianceSettings.DefaultStatePath)}");
    }

    private static bool IsData(string path, ApplianceSettings settings)
    {
        var (state, data) = (Resolved(path), Resolved(settings.DataPath));
        return state == data || state.StartsWith($"{data.TrimEnd('/')}/", StringComparison.Ordinal);
    }

    /// <summary>The path without links, as far as it is there.</summary>
    private static string Resolved(string path)
    {
        // As many links as the kernel follows.
        var left = 40;
        var resolved = "/";
        var open = new Stack<string>(path.Split('/', StringSplitOptions.RemoveEmptyEntries).Reverse());
        while (open.TryPop(out var name))
        {
            resolved = System.IO.Path.GetFullPath(name, resolved);
            string? target;
            try
            {
                target = new DirectoryInfo(resolved).LinkTarget;
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                target = null;
            }
            if (target is not null && --left > 0)
            {
                resolved = target.StartsWith('/') ? "/" : System.IO.Path.GetDirectoryName(resolved) ?? "/";
                foreach (var part in target.Split('/', StringSplitOptions.RemoveEmptyEntries).Reverse())
                {
                    open.Push(part);
                }
            }
        }
        return resolved;
    }

    private static bool CanWrite(string path)
    {
        try
        {
            Directory.CreateDirectory(path, OwnerFolder);
            if (path == LastResort)
            {
                // Everybody may make one there. Only a folder's owner may set its mode, and a link could lead anywhere.
                if (new DirectoryInfo(path).LinkTarget is not null)
                {
                    return false;
                }
                File.SetUnixFileMode(path, OwnerFolder);
            }
            var probe = System.IO.Path.Combine(path, $".probe-{Environment.ProcessId}");
            File.WriteAllBytes(probe, []);
            File.Delete(probe);
            return true;
        }
        catch (Exception failure) when (failure is UnauthorizedAccessException or IOException)
        {
            return false;
        }
    }
}
