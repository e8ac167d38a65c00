using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Matchbox.Core.Access;

/// <summary>
/// Labels that a machine must carry, all of them, such as <c>rack=b7,role=worker</c>. They are compared to the labels of the inventory:
/// what a machine says of itself gives nobody a right. Immutable; equal when the labels are.
/// </summary>
public sealed class LabelSelector : IEquatable<LabelSelector>
{
    /// <summary>The most labels in one selector.</summary>
    public const int MaxLabels = 16;

    /// <summary>The most characters of a key or value.</summary>
    public const int MaxLength = 253;

    /// <summary>Selects every machine.</summary>
    public static readonly LabelSelector Everything = new(ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal));

    private LabelSelector(ImmutableSortedDictionary<string, string> labels) => Labels = labels;

    public ImmutableSortedDictionary<string, string> Labels { get; }

    public bool IsEverything => Labels.IsEmpty;

    /// <summary>Reads <c>key=value,key=value</c>; the empty text is <see cref="Everything"/>.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out LabelSelector? selector)
    {
        selector = Everything;
        if (string.IsNullOrEmpty(text))
        {
            return true;
        }
        var labels = Everything.Labels.ToBuilder();
        foreach (var part in text.Split(','))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1 || labels.Count == MaxLabels || !IsText(part.AsSpan(0, equals)) || !IsText(part.AsSpan(equals + 1)) || !labels.TryAdd(part[..equals], part[(equals + 1)..]))
            {
                selector = null;
                return false;
            }
        }
        selector = new LabelSelector(labels.ToImmutable());
        return true;
    }

    /// <summary>Does a machine of these labels carry all that are asked for.</summary>
    public bool Selects(IReadOnlyDictionary<string, string> labels)
    {
        foreach (var (key, value) in Labels)
        {
            if (!labels.TryGetValue(key, out var present) || !string.Equals(present, value, StringComparison.Ordinal))
            {
                return false;
            }
        }
        return true;
    }

    public bool Equals(LabelSelector? other) => other is not null && Labels.SequenceEqual(other.Labels);

    public override bool Equals(object? obj) => Equals(obj as LabelSelector);

    public override int GetHashCode() => string.GetHashCode(ToString(), StringComparison.Ordinal);

    public override string ToString() => string.Join(',', Labels.Select(label => $"{label.Key}={label.Value}"));

    // White space and control characters would let two selectors look alike; ':' and ',' are the notation's own.
    private static bool IsText(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (char.IsControl(c) || char.IsWhiteSpace(c) || c is ',' or '=')
            {
                return false;
            }
        }
        return text.Length is > 0 and <= MaxLength;
    }
}
