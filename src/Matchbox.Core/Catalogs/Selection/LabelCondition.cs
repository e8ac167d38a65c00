using System.Collections.Immutable;
using System.Globalization;
using Matchbox.Core.Machines;
using Matchbox.Protocols;

namespace Matchbox.Core.Catalogs.Selection;

/// <summary>
/// What a group asks of one label. A closed set of immutable values; <see cref="object.ToString"/> says it in words that follow
/// the label's name. Only <see cref="Exists"/> tells a missing label from an empty one.
/// </summary>
public abstract record LabelCondition
{
    private LabelCondition()
    {
    }

    /// <summary>The texts that it asks the label to equal one of; empty where it asks something else.</summary>
    public virtual ImmutableArray<Equal> Values => [];

    /// <summary>The part of the order's text that stands for the condition: for <see cref="Equal"/> upstream's <c>=value</c>.</summary>
    internal abstract string OrderText { get; }

    /// <summary>Equal for conditions that mean the same and for no others.</summary>
    internal abstract string Identity { get; }

    internal abstract bool Holds(in LabelValue label);

    /// <summary>Equal to a text. A UUID equals another in either byte order and any spelling.</summary>
    public sealed record Equal(string Value) : LabelCondition
    {
        public override ImmutableArray<Equal> Values => [this];

        internal MachineUuid? Uuid { get; } = MachineUuid.TryParse(Value, out var uuid) ? uuid : null;

        internal override string OrderText => $"={Value}";

        internal override string Identity => $"={Quote(Value)}";

        internal override bool Holds(in LabelValue label) =>
            string.Equals(label.Text, Value, StringComparison.Ordinal) || (label.Uuid is { } uuid && Uuid is { } own && uuid == own);

        public override string ToString() => $"is \"{Value}\"";
    }

    /// <summary>Equal to one of several texts, as <see cref="Equal"/> is.</summary>
    public sealed record AnyOf(ImmutableArray<Equal> Choices) : LabelCondition
    {
        public override ImmutableArray<Equal> Values => Choices;

        private IEnumerable<string> Sorted => Values.Select(value => value.Value).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);

        internal override string OrderText => $"={string.Join('|', Sorted)}";

        internal override string Identity => Sorted.ToArray() is [var only] ? $"={Quote(only)}" : $"|{string.Join(',', Sorted.Select(Quote))}";

        internal override bool Holds(in LabelValue label)
        {
            foreach (var value in Values)
            {
                if (value.Holds(label))
                {
                    return true;
                }
            }
            return false;
        }

        public override string ToString() => $"is one of {string.Join(", ", Values.Select(value => $"\"{value.Value}\""))}";
    }

    /// <summary>Begins with a text. That of a UUID may be written in either byte order and any case.</summary>
    public sealed record Prefix(string Start) : LabelCondition
    {
        internal override string OrderText => $"={Start}*";

        internal override string Identity => $"*{Quote(Start)}";

        internal override bool Holds(in LabelValue label) =>
            label.Text.StartsWith(Start, StringComparison.Ordinal)
            || (label.Uuid is { } uuid
                && (uuid.ToString().StartsWith(Start, StringComparison.OrdinalIgnoreCase)
                    || uuid.Swapped.ToString().StartsWith(Start, StringComparison.OrdinalIgnoreCase)));

        public override string ToString() => $"begins with \"{Start}\"";
    }

    /// <summary>An IPv4 address within a network.</summary>
    public sealed record InNetwork(IPv4Network Network) : LabelCondition
    {
        internal override string OrderText => $"={Network}";

        internal override string Identity => $"/{Network}";

        internal override bool Holds(in LabelValue label) =>
            IPv4Address.TryParse(label.Text, CultureInfo.InvariantCulture, out var address) && Network.Contains(address);

        public override string ToString() => $"is an address in {Network}";
    }

    /// <summary>The opposite of another.</summary>
    public sealed record Not(LabelCondition Condition) : LabelCondition
    {
        internal override string OrderText => $"!{Condition.OrderText}";

        internal override string Identity => $"!{Condition.Identity}";

        internal override bool Holds(in LabelValue label) => !Condition.Holds(label);

        public override string ToString() => $"not: {Condition}";
    }

    /// <summary>The label is there, with whatever value, or it is not.</summary>
    public sealed record Exists(bool Wanted) : LabelCondition
    {
        internal override string OrderText => Wanted ? "=*" : "!=*";

        internal override string Identity => Wanted ? "?" : "-";

        internal override bool Holds(in LabelValue label) => label.IsPresent == Wanted;

        public override string ToString() => Wanted ? "is there" : "is not there";
    }

    // The length first, so that no value can be taken for another with something behind it.
    private static string Quote(string value) => string.Create(CultureInfo.InvariantCulture, $"{value.Length}:{value}");
}
