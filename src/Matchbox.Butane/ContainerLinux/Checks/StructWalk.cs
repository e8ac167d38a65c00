using Matchbox.Butane.ContainerLinux.Source;
using Matchbox.Butane.Reports;
using Matchbox.Butane.Schema;
using Spec2 = Matchbox.Butane.Ignition.Spec2;

namespace Matchbox.Butane.ContainerLinux.Checks;

/// <summary>
/// Walks a record and the document beside it, as the package <c>validate</c> of Ignition 0.35 does: each struct, then its fields in
/// their order, then the keys that belong to none. A finding is shown at the deepest place that the document has for it.
/// </summary>
internal abstract class StructWalk(CheckTable checks, FindingList findings)
{
    /// <summary>The entry of a mapping that a field was read from.</summary>
    protected abstract SourceEntry? EntryOf(SourceNode node, Field field);

    /// <summary>The fields of a struct stand, for the walk, in the struct around it.</summary>
    protected virtual bool IsEmbedded(Field field) => false;

    /// <summary>Called when all fields of a struct that was written as a mapping are done.</summary>
    protected virtual void Leave(StructType type, SourceNode node)
    {
    }

    protected FindingList Findings { get; } = findings;

    /// <param name="record">What is checked; null for nothing.</param>
    /// <param name="node">What it was read from; null if it was not written.</param>
    /// <param name="place">The deepest place known so far: the node itself, or one around it.</param>
    public void Walk(Record? record, SourceNode? node, SourceNode? place)
    {
        if (record is null)
        {
            return;
        }
        place = node ?? place;
        var isRefused = false;
        checks.Check(record, (severity, message) =>
        {
            isRefused |= severity == Severity.Error;
            Findings.Add(severity, message, place?.Line ?? 0, place?.Column ?? 0);
        });
        if (isRefused)
        {
            return;         // What is wrong as a whole leads to bogus findings further in.
        }
        WalkFields(record, node, place);
        if (node is not null)
        {
            Leave(record.Type, node);
        }
    }

    private void WalkFields(Record record, SourceNode? node, SourceNode? place)
    {
        foreach (var field in record.Type.Fields)
        {
            if (IsEmbedded(field))
            {
                if (record.Struct(field) is { } embedded)
                {
                    WalkFields(embedded, node, place);
                }
                continue;
            }
            var child = node is null ? null : EntryOf(node, field)?.Value;
            var at = child ?? place;
            checks.Check(record, field, (severity, message) => Findings.Add(severity, message, at?.Line ?? 0, at?.Column ?? 0));
            if (field.Kind == FieldKind.Struct)
            {
                Walk(record.Struct(field), child, at);
            }
            else if (field.Kind == FieldKind.StructList)
            {
                var items = record.List(field);
                for (var i = 0; i < items.Count; i++)
                {
                    Walk(items[i], child?.Item(i) ?? child, at);
                }
            }
        }
    }
}

/// <summary>Walks what was read, and says which keys were not.</summary>
internal sealed class SourceWalk(FindingList findings) : StructWalk(SourceChecks.Table, findings)
{
    protected override SourceEntry? EntryOf(SourceNode node, Field field) => node.Entry(field.Yaml);

    protected override void Leave(StructType type, SourceNode node)
    {
        foreach (var entry in node.Entries)
        {
            if (type.ByYaml(entry.Key, 0) is not null)
            {
                continue;
            }
            Findings.Add(Severity.Warning, $"Config has unrecognized key: {entry.Key}", entry.Line, entry.Column);
            var similar = type.Fields.FirstOrDefault(field => field.Yaml.Equals(entry.Key, StringComparison.OrdinalIgnoreCase));
            if (similar is not null)
            {
                Findings.Add(Severity.Info, $"Did you mean {similar.Yaml} instead of {entry.Key}", entry.Line, entry.Column);
            }
        }
    }
}

/// <summary>Walks the Ignition config beside the document that it was made from.</summary>
internal sealed class OutputWalk(FindingList findings) : StructWalk(OutputChecks.Table, findings)
{
    protected override SourceEntry? EntryOf(SourceNode node, Field field) => node.EntryInCamelCase(field.Json);

    protected override bool IsEmbedded(Field field) => field == Spec2.SecuritySection.Tls;
}
