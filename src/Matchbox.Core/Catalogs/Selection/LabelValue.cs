using System.Globalization;
using Matchbox.Core.Machines;
using Matchbox.Protocols;

namespace Matchbox.Core.Catalogs.Selection;

/// <summary>One label of a machine, as conditions see it.</summary>
/// <param name="Text">Its value; empty when it is missing.</param>
/// <param name="IsPresent">It is there, if only empty.</param>
/// <param name="Uuid">The value as a UUID, where the label is one and spellings count as equal.</param>
internal readonly record struct LabelValue(string Text, bool IsPresent, MachineUuid? Uuid)
{
    public int Hash => Uuid is { } uuid ? uuid.GetHashCode() : Text.GetHashCode(StringComparison.Ordinal);
}

/// <summary>Everything that is asked of a machine when groups select: its labels and where it asks from.</summary>
/// <param name="labels">What it says of itself.</param>
/// <param name="source">Where it asks from; 0.0.0.0: nobody knows.</param>
/// <param name="exact">A UUID equals only its own text (upstream's rule).</param>
internal readonly struct LabelSet(Labels labels, IPv4Address source, bool exact)
{
    private readonly MachineUuid? _uuid = !exact && MachineUuid.TryParse(labels["uuid"], out var uuid) ? uuid : null;

    public LabelValue this[in LabelName name]
    {
        get
        {
            if (name.IsSource)
            {
                return source.IsAny ? new LabelValue("", false, null) : new LabelValue(source.ToString(), true, null);
            }
            return labels.TryGet(name.Text, out var value)
                ? new LabelValue(value, true, name.Text == "uuid" ? _uuid : null)
                : new LabelValue("", false, null);
        }
    }
}

/// <summary>Which label a condition is about.</summary>
/// <param name="Text">Its name.</param>
/// <param name="IsSource">It is not a label that the machine sends but the address that it asks from.</param>
internal readonly record struct LabelName(string Text, bool IsSource)
{
    /// <summary>The name under which <c>match</c> means the address that the request came from.</summary>
    public const string Source = "address";

    /// <summary>Equal for the same label and for no other, and never the beginning of another's.</summary>
    public string Identity => IsSource ? "@" : string.Create(CultureInfo.InvariantCulture, $"{Text.Length}:{Text}");

    public override string ToString() => Text;
}
