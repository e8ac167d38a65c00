using System.Collections.Immutable;
using System.Text.Json;
using Matchbox.Http.Rest;
using Matchbox.Http.Rest.Catalogs;
using MudBlazor;

namespace Matchbox.Web.Components.Pages.Bulk;

/// <summary>What a bulk action asks before it can be tried.</summary>
public enum BulkInput
{
    Nothing,
    Lifetime,
    Labels,
    Group,
    LiveProfile,
}

/// <summary>One call for one machine.</summary>
public sealed record BulkCall(HttpMethod Method, string Path, object? Body = null);

/// <summary>Something that is done to many machines, by one call of the API for each.</summary>
/// <param name="Title">On its button.</param>
/// <param name="Icon">Beside it.</param>
/// <param name="Input">What it asks first.</param>
/// <param name="Call">The call, for one machine and what was asked.</param>
public sealed record BulkAction(string Title, string Icon, BulkInput Input, Func<MachineView, string, BulkCall> Call)
{
    /// <summary>Disks may be wiped: it is confirmed by typing.</summary>
    public bool Wipes { get; init; }

    public static readonly ImmutableArray<BulkAction> All =
    [
        new("Assign", Icons.Material.Filled.AssignmentTurnedIn, BulkInput.Group, Label),
        new("Label", Icons.Material.Filled.Label, BulkInput.Labels, Label),
        new("Arm", Icons.Material.Filled.LocalFireDepartment, BulkInput.Lifetime, (machine, lifetime) => Post(machine, "arm", new ArmRequest(lifetime))) { Wipes = true },
        new("Disarm", Icons.Material.Filled.Undo, BulkInput.Nothing, (machine, _) => Post(machine, "disarm")),
        new("Boot once", Icons.Material.Filled.LooksOne, BulkInput.LiveProfile, (machine, profile) => Post(machine, "boot-once", new OnceRequest(profile))),
        new("Wake", Icons.Material.Filled.PowerSettingsNew, BulkInput.Nothing, (machine, _) => Post(machine, "wake")),
        new("Release", Icons.Material.Filled.LockOpen, BulkInput.Nothing, (machine, _) => Post(machine, "release")),
        new("Protect", Icons.Material.Filled.Shield, BulkInput.Nothing, (machine, _) => Post(machine, "protect")),
        new("Unprotect", Icons.Material.Outlined.Shield, BulkInput.Nothing, (machine, _) => Post(machine, "unprotect")),
        new("Ignore", Icons.Material.Filled.VisibilityOff, BulkInput.Nothing, (machine, _) => Post(machine, "ignore")),
        new("Stop ignoring", Icons.Material.Filled.Visibility, BulkInput.Nothing, (machine, _) => Post(machine, "unignore")),
    ];

    /// <summary>The labels by which alone the group selects, as the text that <see cref="BulkInput.Labels"/> takes; null: it asks for more than labels.</summary>
    public static string? LabelsOf(GroupView group)
    {
        if (group.Selector is not { ValueKind: JsonValueKind.Object } selector || !selector.EnumerateObject().Any())
        {
            return null;
        }
        string[] claims = ["mac", "uuid", "serial", "hostname", "arch", "os"];
        var pairs = selector.EnumerateObject().ToArray();
        return Array.TrueForAll(pairs, pair => pair.Value.ValueKind == JsonValueKind.String && !claims.Contains(pair.Name))
            ? string.Join(' ', pairs.Select(pair => $"{pair.Name}={pair.Value.GetString()}"))
            : null;
    }

    /// <summary><c>rack=b7 spare-</c>: sets one label and takes another off. Null: it is not written so.</summary>
    public static Dictionary<string, string?>? ReadLabels(string text)
    {
        var labels = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var part in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var at = part.IndexOf('=', StringComparison.Ordinal);
            if (at > 0)
            {
                labels[part[..at]] = part[(at + 1)..];
            }
            else if (part is [.. var key, '-'] && key.Length > 0)
            {
                labels[key] = null;
            }
            else
            {
                return null;
            }
        }
        return labels.Count == 0 ? null : labels;
    }

    private static BulkCall Label(MachineView machine, string text)
    {
        var labels = ReadLabels(text) ?? [];
        return machine.Origin == "seen"
            // What was only seen comes into the inventory by it.
            ? new BulkCall(HttpMethod.Post, "/api/v1/machines", new
            {
                name = machine.Name,
                macs = machine.Macs,
                labels = labels.Where(label => label.Value is not null).ToDictionary(label => label.Key, label => label.Value),
            })
            : new BulkCall(HttpMethod.Patch, PathOf(machine), new { labels });
    }

    private static BulkCall Post(MachineView machine, string verb, object? body = null) => new(HttpMethod.Post, $"{PathOf(machine)}/{verb}", body);

    private static string PathOf(MachineView machine) => $"/api/v1/machines/{Uri.EscapeDataString(machine.Id)}";
}
