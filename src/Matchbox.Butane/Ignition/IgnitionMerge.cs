using Matchbox.Butane.Reports;
using Matchbox.Butane.Schema;

namespace Matchbox.Butane.Ignition;

/// <summary>
/// Ignition's merge of two configs of one version. Values of the child win over the parent's; lists are matched by key, in the
/// parent's order, then what only the child has; concatenated lists follow one another; of lists that share their keys the child's
/// entry takes the place of the parent's in whichever list that is; a header that the child gives no value is removed.
/// </summary>
public static class IgnitionMerge
{
    /// <summary>
    /// The merged config; its parts are shared with the two, which are not to be changed afterwards. What does not stand where it
    /// came from knows its origin: items that moved, and single values that came from the other one than the struct around them.
    /// </summary>
    /// <param name="parent">The config below. Its origins are kept.</param>
    /// <param name="child">The config above: what is in it, and has no origin, stands in the source where it stands here.</param>
    /// <param name="version">The spec's minor version.</param>
    public static Record Merge(Record parent, Record child, int version) =>
        new Merger(version).Merge(parent, child, DocumentPath.Root, DocumentPath.Root, DocumentPath.Root);

    // Paths are those of the source, in YAML keys: where a struct's parent and child come from, and where the result stands.
    private readonly struct Merger(int version)
    {
        public Record Merge(Record parent, Record child, DocumentPath parentAt, DocumentPath childAt, DocumentPath at)
        {
            parentAt = parent.Origin ?? parentAt;
            childAt = child.Origin ?? childAt;
            var result = new Record(child.Type) { IsBlended = true };
            Place(result, childAt, at);                     // from here on the result stands where the child came from
            var spaces = KeySpaces(child);
            foreach (var field in child.Type.Fields)
            {
                if (!field.IsKnownTo(version))
                {
                    continue;
                }
                switch (field.Kind)
                {
                    case var _ when field.IsSugar:
                        Take(child.Has(field) ? child : parent, result, field, child.Has(field) ? childAt : parentAt, childAt);
                        break;
                    case FieldKind.Struct:
                        MergeStruct(parent, child, result, field, parentAt, childAt);
                        break;
                    case FieldKind.StructList:
                        MergeStructs(parent, child, result, field, spaces, parentAt, childAt);
                        break;
                    case FieldKind.TextList:
                        MergeTexts(parent, child, result, field, spaces, parentAt, childAt);
                        break;
                    default:
                        var takesParent = field.IsOptional && version <= field.OptionalUntil && !child.Has(field);
                        Take(takesParent ? parent : child, result, field, takesParent ? parentAt : childAt, childAt);
                        break;
                }
            }
            return result;
        }

        private void MergeStruct(
            Record parent, Record child, Record result, Field field, DocumentPath parentAt, DocumentPath childAt)
        {
            var (below, above) = (parent.Struct(field), child.Struct(field));
            var to = childAt.Append(field.Yaml);
            var from = child.OriginOf(field) ?? to;
            if (below is not null)
            {
                var parentFrom = parent.OriginOf(field) ?? parentAt.Append(field.Yaml);
                above = above is null ? Moved(below, parentFrom, to) : Merge(below, above, parentFrom, from, to);
            }
            else if (above is not null)
            {
                above = Moved(above, from, to);
            }
            result.Set(field, above);
        }

        private void MergeStructs(
            Record parent,
            Record child,
            Record result,
            Field field,
            Dictionary<string, Dictionary<string, (Field Field, int Item)>> spaces,
            DocumentPath parentAt,
            DocumentPath childAt)
        {
            var (below, above) = (parent.List(field), child.List(field));
            if (below.Count + above.Count == 0)
            {
                return;
            }
            var parentList = parent.OriginOf(field) ?? parentAt.Append(field.Yaml);
            var childList = child.OriginOf(field) ?? childAt.Append(field.Yaml);
            var list = childAt.Append(field.Yaml);
            var merged = new List<Record>(below.Count + above.Count);
            var isKeyed = !field.IsConcatenated && field.Type!.Key is not null;
            var keys = isKeyed ? spaces[SpaceOf(field)] : null;
            var parentKeys = isKeyed && above.Count > 0 ? new HashSet<string>(StringComparer.Ordinal) : null;
            for (var i = 0; i < below.Count; i++)
            {
                var from = parentList.Append(i);
                var to = list.Append(merged.Count);
                var key = isKeyed ? field.Type!.Key!(below[i]) : "";
                parentKeys?.Add(key);
                if (keys is null || !keys.TryGetValue(key, out var match))
                {
                    merged.Add(Moved(below[i], from, to));
                }
                else if (match.Field == field && !IsRemoval(field, above[match.Item]))
                {
                    merged.Add(Merge(below[i], above[match.Item], from, childList.Append(match.Item), to));
                }
            }
            for (var i = 0; i < above.Count; i++)
            {
                if (parentKeys is null || !parentKeys.Contains(field.Type!.Key!(above[i])))
                {
                    merged.Add(Moved(above[i], childList.Append(i), list.Append(merged.Count)));
                }
            }
            result[field] = merged;
        }

        private static void MergeTexts(
            Record parent,
            Record child,
            Record result,
            Field field,
            Dictionary<string, Dictionary<string, (Field Field, int Item)>> spaces,
            DocumentPath parentAt,
            DocumentPath childAt)
        {
            var (below, above) = (parent.Texts(field), child.Texts(field));
            if (below.Count + above.Count == 0)
            {
                return;
            }
            var keys = field.IsConcatenated ? null : spaces[SpaceOf(field)];
            var parentKeys = keys is null ? null : new HashSet<string>(below, StringComparer.Ordinal);
            for (var i = 0; i < below.Count; i++)
            {
                if (keys is null || !keys.TryGetValue(below[i], out var match))
                {
                    Add(parent, result, field, i, below[i], parentAt, childAt);
                }
                else if (match.Field == field)
                {
                    Add(child, result, field, match.Item, below[i], childAt, childAt);
                }
            }
            for (var i = 0; i < above.Count; i++)
            {
                if (parentKeys is null || !parentKeys.Contains(above[i]))
                {
                    Add(child, result, field, i, above[i], childAt, childAt);
                }
            }
        }

        private static void Add(
            Record from, Record result, Field field, int item, string text, DocumentPath fromAt, DocumentPath resultFrom)
        {
            var place = result.Add(field, text);
            var origin = from.OriginOf(field, item) ?? (from.OriginOf(field) ?? fromAt.Append(field.Yaml)).Append(item);
            if (place != item || fromAt != resultFrom || from.OriginOf(field, item) is not null || from.OriginOf(field) is not null)
            {
                result.SetOrigin(field, origin, place);
            }
        }

        private static void Take(Record from, Record result, Field field, DocumentPath fromAt, DocumentPath resultFrom)
        {
            if (!from.Has(field))
            {
                return;
            }
            result[field] = from[field];
            if (from.OriginOf(field) is { } origin)
            {
                result.SetOrigin(field, origin);
            }
            else if (fromAt != resultFrom)
            {
                result.SetOrigin(field, fromAt.Append(field.Yaml));
            }
        }

        // The same struct at another place. It stays as it is when the source has it there.
        private static Record Moved(Record record, DocumentPath from, DocumentPath to)
        {
            if (record.Origin is null)
            {
                Place(record, from, to);
            }
            return record;
        }

        private static void Place(Record record, DocumentPath from, DocumentPath to)
        {
            if (!from.IsSameAs(to))
            {
                record.Origin = from;
            }
        }

        private Dictionary<string, Dictionary<string, (Field Field, int Item)>> KeySpaces(Record child)
        {
            var spaces = new Dictionary<string, Dictionary<string, (Field Field, int Item)>>(StringComparer.Ordinal);
            foreach (var field in child.Type.Fields)
            {
                if (field.Kind is not (FieldKind.TextList or FieldKind.StructList) || field.IsConcatenated || !field.IsKnownTo(version))
                {
                    continue;
                }
                if (!spaces.TryGetValue(SpaceOf(field), out var keys))
                {
                    spaces.Add(SpaceOf(field), keys = new Dictionary<string, (Field Field, int Item)>(StringComparer.Ordinal));
                }
                if (field.Kind == FieldKind.TextList)
                {
                    var texts = child.Texts(field);
                    for (var i = 0; i < texts.Count; i++)
                    {
                        keys[texts[i]] = (field, i);
                    }
                }
                else if (field.Type!.Key is { } keyOf)
                {
                    var items = child.List(field);
                    for (var i = 0; i < items.Count; i++)
                    {
                        keys[keyOf(items[i])] = (field, i);
                    }
                }
            }
            return spaces;
        }

        private static string SpaceOf(Field field) => field.KeySpace.Length > 0 ? field.KeySpace : "." + field.Yaml;

        private static bool IsRemoval(Field field, Record item) => field == Resource.HttpHeaders && !item.Has(HttpHeader.Value);
    }
}
