using System.Collections.Immutable;

namespace Matchbox.Web.Components.Parts;

/// <summary>Labels as people type them: <c>rack=b7 role=worker</c>, parted by spaces, commas or lines.</summary>
internal static class LabelText
{
    private static readonly char[] Between = [' ', ',', '\n', '\t'];

    public static string Of(IEnumerable<KeyValuePair<string, string>> labels) => string.Join(' ', labels.Select(label => $"{label.Key}={label.Value}"));

    /// <summary>The labels; or false, with the part that is none.</summary>
    public static bool TryParse(string? text, out ImmutableSortedDictionary<string, string?> labels, out string wrong)
    {
        var read = ImmutableSortedDictionary.CreateBuilder<string, string?>(StringComparer.Ordinal);
        wrong = "";
        foreach (var part in (text ?? "").Split(Between, StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1)
            {
                wrong = part;
                labels = read.ToImmutable();
                return false;
            }
            read[part[..equals]] = part[(equals + 1)..];
        }
        labels = read.ToImmutable();
        return true;
    }
}
