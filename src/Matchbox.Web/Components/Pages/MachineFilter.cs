using Matchbox.Http.Rest;

namespace Matchbox.Web.Components.Pages;

/// <summary>
/// What somebody typed to find machines: words that stand anywhere, and <c>key=value</c> for a label or <c>state</c>, <c>profile</c>,
/// <c>subnet</c>, <c>origin</c>. All must fit; case does not count.
/// </summary>
public sealed class MachineFilter
{
    public static readonly MachineFilter None = new("", [], []);

    private readonly string[] _words;
    private readonly (string Key, string Value)[] _pairs;

    private MachineFilter(string text, string[] words, (string, string)[] pairs) => (Text, _words, _pairs) = (text, words, pairs);

    public string Text { get; }

    public static MachineFilter Parse(string? text)
    {
        var parts = (text ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return new MachineFilter(
            text ?? "",
            [.. parts.Where(part => part.IndexOf('=', StringComparison.Ordinal) <= 0)],
            [.. parts.Select(part => (part, at: part.IndexOf('=', StringComparison.Ordinal))).Where(pair => pair.at > 0).Select(pair => (pair.part[..pair.at], pair.part[(pair.at + 1)..]))]);
    }

    public bool Fits(MachineView machine) => Array.TrueForAll(_pairs, pair => FitsPair(machine, pair.Key, pair.Value)) && Array.TrueForAll(_words, word => HasWord(machine, word));

    private static bool FitsPair(MachineView machine, string key, string value) => machine.Labels.TryGetValue(key, out var label)
        ? Same(label, value)
        : key.ToLowerInvariant() switch
        {
            "state" => Same(machine.State, value),
            "profile" => Same(machine.Profile, value) || Same(machine.InstalledProfile, value),
            "subnet" => Same(machine.LastSeen?.Subnet, value),
            "origin" => Same(machine.Origin, value),
            _ => false,
        };

    private static bool HasWord(MachineView machine, string word) => Has(machine.Name, word) || Has(machine.Id, word) || Has(machine.State, word) || Has(machine.Address, word)
        || Has(machine.Profile, word) || Has(machine.Serial, word) || Has(machine.Uuid, word)
        || machine.Macs.Any(mac => Has(mac, word)) || machine.Labels.Any(pair => Has(pair.Key, word) || Has(pair.Value, word));

    private static bool Same(string? text, string value) => string.Equals(text, value, StringComparison.OrdinalIgnoreCase);

    private static bool Has(string? text, string word) => text?.Contains(word, StringComparison.OrdinalIgnoreCase) == true;
}
