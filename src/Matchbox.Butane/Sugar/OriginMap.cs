using Matchbox.Butane.Reports;
using Matchbox.Butane.Schema;

namespace Matchbox.Butane.Sugar;

/// <summary>
/// Finds what a place in the Ignition config came from in the Butane config. Like the real tool it knows that of what is there: for
/// a value that is missing it can only guess the same path.
/// </summary>
internal sealed class OriginMap(Record config, int version)
{
    public DocumentPath ToSource(DocumentPath json) => Trace(json) ?? Guess(json);

    private DocumentPath? Trace(DocumentPath json)
    {
        var at = DocumentPath.Root;
        var record = config;
        var isGenerated = false;
        Field? list = null;
        var isThere = true;
        foreach (var step in json.FromRoot())
        {
            if (list is null && step.Key is { } key)
            {
                if (record.Type.ByJson(key, version) is not { } field)
                {
                    return null;
                }
                if (record.OriginOf(field) is { } own)
                {
                    (at, isGenerated) = (own, true);
                }
                else if (!isGenerated)
                {
                    at = at.Append(field.Yaml);
                }
                switch (field.Kind)
                {
                    case FieldKind.Struct when record.Struct(field) is { } inner:
                        (record, isThere) = (inner, !inner.IsZero(version));
                        (at, isGenerated) = inner.Origin is { } origin ? (origin, inner.IsGenerated) : (at, isGenerated);
                        break;
                    case FieldKind.StructList or FieldKind.TextList:
                        list = field;
                        isThere = false;
                        break;
                    default:
                        isThere = record.Has(field) && !record.IsZero(field, version);
                        list = null;
                        break;
                }
            }
            else if (list is { Kind: FieldKind.StructList } && step.Index >= 0 && step.Index < record.List(list).Count)
            {
                var item = record.List(list)[step.Index];
                if (item.Origin is { } origin)
                {
                    (at, isGenerated) = (origin, item.IsGenerated);
                }
                else if (!isGenerated)
                {
                    at = at.Append(step.Index);
                }
                (record, list, isThere) = (item, null, !item.IsBlended && !item.IsZero(version));
            }
            else if (list is { Kind: FieldKind.TextList } && step.Index >= 0 && step.Index < record.Texts(list).Count)
            {
                at = record.OriginOf(list, step.Index) ?? (isGenerated ? at : at.Append(step.Index));
                (list, isThere) = (null, true);
            }
            else
            {
                return null;
            }
        }
        return isThere ? at : null;
    }

    private static DocumentPath Guess(DocumentPath json)
    {
        var at = DocumentPath.Root;
        foreach (var step in json.FromRoot())
        {
            at = step.Key is { } key ? at.Append(Snake(key)) : at.Append(step.Index);
        }
        return at;
    }

    // camelCase to snake_case, MiB being one word.
    private static string Snake(string camel)
    {
        var snake = new System.Text.StringBuilder(camel.Length + 4);
        for (var i = 0; i < camel.Length; i++)
        {
            if (camel.AsSpan(i).StartsWith("MiB"))
            {
                snake.Append("_mib");
                i += 2;
            }
            else if (char.IsAsciiLetterUpper(camel[i]))
            {
                snake.Append('_').Append(char.ToLowerInvariant(camel[i]));
            }
            else
            {
                snake.Append(camel[i]);
            }
        }
        return snake.ToString();
    }
}
