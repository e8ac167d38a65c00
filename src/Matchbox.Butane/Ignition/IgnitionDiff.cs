using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Matchbox.Butane.Go;
using Matchbox.Butane.Schema;

namespace Matchbox.Butane.Ignition;

/// <summary>What happened to a part of a config.</summary>
public enum ChangeKind
{
    Added,
    Removed,
    Changed,
}

/// <summary>One difference between two configs.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Path">JSON keys, with the keys of list entries in brackets: <c>storage.files[/etc/motd].mode</c>.</param>
/// <param name="Before">The value before; null when there was none or when <paramref name="Lines"/> tell it.</param>
/// <param name="After">The value after; null likewise.</param>
/// <param name="Lines">Of texts of several lines, and of what was added or removed whole, what differs.</param>
public sealed record IgnitionChange(ChangeKind Kind, string Path, string? Before, string? After, IReadOnlyList<DiffLine> Lines);

/// <summary>
/// Compares configs for people. List entries are matched by their keys, whatever their order; contents in data URLs are compared
/// unpacked, so another encoding of the same is no change.
/// </summary>
public static class IgnitionDiff
{
    /// <summary>
    /// What differs between two configs. Of a config of spec 2 and one of spec 3 only that is told: there is no way from one to the other.
    /// </summary>
    public static IReadOnlyList<IgnitionChange> Compare(IgnitionDocument before, IgnitionDocument after)
    {
        if (!before.IsSpec2 && !after.IsSpec2)
        {
            return Compare(before.Config, before.Version, after.Config, after.Version);
        }
        var changes = new List<IgnitionChange>();
        var (old, now) = (VersionOf(before), VersionOf(after));
        if (old != now)
        {
            changes.Add(new IgnitionChange(ChangeKind.Changed, "ignition.version", old, now, []));
        }
        if (before.IsSpec2 && after.IsSpec2)
        {
            new Comparer(Math.Max(before.Version, after.Version), changes).Compare(before.Config, after.Config, "");
        }
        return changes;
    }

    /// <summary>What differs between two configs of spec 3. When they have different versions, the older one is upgraded first.</summary>
    public static IReadOnlyList<IgnitionChange> Compare(Record before, int beforeVersion, Record after, int afterVersion)
    {
        var version = Math.Max(1, Math.Max(beforeVersion, afterVersion));       // from 3.1 on all that is fetched is a resource
        var changes = new List<IgnitionChange>();
        if (beforeVersion != afterVersion)
        {
            var (old, now) = (IgnitionVersion.Of(beforeVersion).ToString(), IgnitionVersion.Of(afterVersion).ToString());
            changes.Add(new IgnitionChange(ChangeKind.Changed, "ignition.version", old, now, []));
        }
        new Comparer(version, changes).Compare(
            IgnitionUpgrade.To(before, beforeVersion, version), IgnitionUpgrade.To(after, afterVersion, version), "");
        return changes;
    }

    /// <summary>The differences as text, a block of lines for each.</summary>
    public static string Write(IEnumerable<IgnitionChange> changes)
    {
        var text = new StringBuilder();
        foreach (var change in changes)
        {
            var mark = change.Kind switch { ChangeKind.Added => '+', ChangeKind.Removed => '-', _ => '~' };
            text.Append(mark).Append(' ').Append(change.Path);
            if (change.Before is not null || change.After is not null)
            {
                text.Append(": ").AppendJoin(" -> ", ((string?[])[change.Before, change.After]).Where(static value => value is not null));
            }
            text.Append('\n');
            foreach (var line in change.Lines)
            {
                text.Append("    ").Append(line.Mark).Append(' ').Append(line.Text).Append('\n');
            }
        }
        return text.ToString();
    }

    private static string VersionOf(IgnitionDocument document) =>
        document.IsSpec2 ? FormattableString.Invariant($"2.{document.Version}.0") : IgnitionVersion.Of(document.Version).ToString();

    private readonly struct Comparer(int version, List<IgnitionChange> changes)
    {
        public void Compare(Record? before, Record? after, string path)
        {
            if (ResourceContent.Of(before) is { } old && ResourceContent.Of(after) is { } now)
            {
                CompareBytes(old, now, path);
                return;
            }
            var type = (before ?? after)?.Type;
            foreach (var field in type?.Fields ?? ImmutableArray<Field>.Empty)
            {
                if (field.IsSugar || !field.IsKnownTo(version))
                {
                    continue;
                }
                var at = path.Length == 0 ? field.Json : path + "." + field.Json;
                switch (field.Kind)
                {
                    case FieldKind.Struct:
                        CompareStructs(before?.Struct(field), after?.Struct(field), at);
                        break;
                    case FieldKind.StructList:
                        CompareLists(before?.List(field) ?? [], after?.List(field) ?? [], field, at);
                        break;
                    case FieldKind.TextList:
                        CompareTexts(before?.Texts(field) ?? [], after?.Texts(field) ?? [], at);
                        break;
                    default:
                        CompareValues(Show(before, field), Show(after, field), at);
                        break;
                }
            }
        }

        private void CompareStructs(Record? before, Record? after, string path)
        {
            var hasBefore = before?.IsZero(version) == false;
            var hasAfter = after?.IsZero(version) == false;
            if (hasBefore || hasAfter)
            {
                Compare(hasBefore ? before : null, hasAfter ? after : null, path);
            }
        }

        private void CompareLists(IReadOnlyList<Record> before, IReadOnlyList<Record> after, Field field, string path)
        {
            var old = Keyed(before, field);
            var now = Keyed(after, field);
            foreach (var (key, item) in old)
            {
                if (now.TryGetValue(key, out var match))
                {
                    Compare(item, match, $"{path}[{key}]");
                }
                else
                {
                    changes.Add(new IgnitionChange(ChangeKind.Removed, $"{path}[{key}]", null, null, Whole(item, '-', key)));
                }
            }
            foreach (var (key, item) in now)
            {
                if (!old.ContainsKey(key))
                {
                    changes.Add(new IgnitionChange(ChangeKind.Added, $"{path}[{key}]", null, null, Whole(item, '+', key)));
                }
            }
        }

        private void CompareTexts(IReadOnlyList<string> before, IReadOnlyList<string> after, string path)
        {
            if (!before.SequenceEqual(after))
            {
                var lines = LineDiff.Align(before, after).Where(static line => line.Mark != ' ').ToList();
                changes.Add(new IgnitionChange(KindOf(before.Count > 0, after.Count > 0), path, null, null, lines));
            }
        }

        private void CompareValues(string? before, string? after, string path)
        {
            if (before == after || path == "ignition.version")
            {
                return;
            }
            var isLong = before?.Contains('\n') == true || after?.Contains('\n') == true;
            changes.Add(new IgnitionChange(
                KindOf(before is not null, after is not null),
                path,
                isLong ? null : before,
                isLong ? null : after,
                isLong ? LineDiff.Compare(before ?? "", after ?? "") : []));
        }

        private void CompareBytes(byte[] before, byte[] after, string path)
        {
            if (before.AsSpan().SequenceEqual(after))
            {
                return;
            }
            if (ResourceContent.AsText(before) is { } old && ResourceContent.AsText(after) is { } now)
            {
                var lines = LineDiff.Compare(old, now);
                var onlyEnds = lines.Count == 0;                 // the lines are the same, what ends them is not
                changes.Add(new IgnitionChange(
                    ChangeKind.Changed, path, onlyEnds ? GoText.Quote(Tail(old)) : null, onlyEnds ? GoText.Quote(Tail(now)) : null, lines));
                return;
            }
            changes.Add(new IgnitionChange(
                ChangeKind.Changed, path, ResourceContent.Describe(before), ResourceContent.Describe(after), []));
        }

        // All that is in an entry, a line for each value but the key.
        private List<DiffLine> Whole(Record item, char mark, string key)
        {
            var inner = new List<IgnitionChange>();
            var comparer = new Comparer(version, inner);
            comparer.Compare(mark == '-' ? item : null, mark == '-' ? null : item, "");
            var lines = new List<DiffLine>();
            foreach (var change in inner.Where(change => (change.Before ?? change.After) != key))
            {
                var value = change.Before ?? change.After;
                lines.Add(new DiffLine(mark, value is null ? change.Path + ":" : $"{change.Path}: {value}"));
                lines.AddRange(change.Lines.Select(line => new DiffLine(mark, "    " + line.Text)));
            }
            return lines;
        }

        private string? Show(Record? record, Field field)
        {
            if (record is null || record.IsZero(field, version))
            {
                return null;
            }
            return record[field] switch
            {
                long number when field.Json == "mode" => "0" + Convert.ToString(number, 8),
                long number => number.ToString(CultureInfo.InvariantCulture),
                true => "true",
                false => "false",
                string when field.Json == "source" && ResourceContent.Of(record) is { } bytes =>
                    ResourceContent.AsText(bytes) ?? ResourceContent.Describe(bytes),
                string text => text,
                _ => null,
            };
        }

        // Entries without a key of their own, or with one that another has, are told by their place.
        private static Dictionary<string, Record> Keyed(IReadOnlyList<Record> items, Field field)
        {
            var keyed = new Dictionary<string, Record>(StringComparer.Ordinal);
            for (var i = 0; i < items.Count; i++)
            {
                var key = field.IsConcatenated || field.Type!.Key is null ? "" : field.Type.Key(items[i]);
                if (key.Length == 0 || key.StartsWith("data:", StringComparison.Ordinal) || !keyed.TryAdd(key, items[i]))
                {
                    keyed["#" + i.ToString(CultureInfo.InvariantCulture)] = items[i];
                }
            }
            return keyed;
        }

        private static string Tail(string text) => text.Length <= 20 ? text : text[^20..];

        private static ChangeKind KindOf(bool before, bool after) =>
            !before ? ChangeKind.Added : after ? ChangeKind.Changed : ChangeKind.Removed;
    }
}
