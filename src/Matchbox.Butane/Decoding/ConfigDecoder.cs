using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;
using Matchbox.Butane.Go;
using Matchbox.Butane.Schema;
using Matchbox.Butane.Yaml;

namespace Matchbox.Butane.Decoding;

/// <summary>
/// Reads a YAML document into records as yaml.v3 reads one into Go structs: the same values, the same errors in the same order.
/// Unknown keys are passed over; <see cref="UnknownKeys"/> tells of them.
/// </summary>
internal sealed class ConfigDecoder
{
    // Nobody reads so many, and aliases make millions out of little. The real tool tells all of them.
    private const int MostErrors = 5_000;

    // Keys and values.
    private const int SmallMapping = 16;

    private readonly Func<StructType, int> _level;
    private readonly Func<string, bool, string> _goName;
    private readonly List<string> _errors = [];
    private readonly List<Mismatch> _mismatches = [];
    private readonly YamlAliasGuard _aliases = new();
    private readonly Dictionary<YamlNode, bool> _uniqueKeys = [];
    private Field? _field;
    private HashSet<string>? _mergedFields;
    private string? _failure;

    /// <param name="level">The version of a struct's fields that are known.</param>
    /// <param name="goName">The real tool's name of a type.</param>
    public ConfigDecoder(Func<StructType, int> level, Func<string, bool, string> goName)
    {
        _level = level;
        _goName = goName;
    }

    /// <summary>Values of another kind than their fields are of.</summary>
    public IReadOnlyList<Mismatch> Mismatches => _mismatches;

    /// <summary>
    /// Decodes a document into one record or several (Go's embedded structs: all keys stand side by side).
    /// Null when all is well, otherwise the text of yaml.v3, "yaml: " before it.
    /// </summary>
    public string? Decode(YamlNode root, params ReadOnlySpan<Record> into)
    {
        DecodeStruct(root, into, into[0].Type);
        return _failure is { } failure ? failure
            : _errors.Count > 0 ? $"yaml: unmarshal errors:\n  {string.Join("\n  ", _errors)}"
            : null;
    }

    private bool DecodeStruct(YamlNode node, ReadOnlySpan<Record> into, StructType type)
    {
        if (!Enter())
        {
            return false;
        }
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            // Merge keys inside merge keys, thousands deep.
            _failure = "yaml: exceeded max depth of merge keys";
            return false;
        }
        switch (node.Kind)
        {
            case YamlKind.Alias:
                if (!Open(node, out var target))
                {
                    return false;
                }
                var good = DecodeStruct(target, into, type);
                Close(node);
                return good;
            case YamlKind.Mapping:
                return HasUniqueKeys(node) && DecodeFields(node, into, type);
            case YamlKind.Sequence:
                TypeError(node, GoName(type));
                return false;
            default:
                if (!IsNull(node) && TryResolve(node, out _))
                {
                    TypeError(node, GoName(type));
                }
                return false;
        }
    }

    private bool DecodeFields(YamlNode mapping, ReadOnlySpan<Record> into, StructType type)
    {
        var merged = _mergedFields;
        _mergedFields = null;
        YamlNode? merge = null;
        var done = new List<Field>();
        for (var i = 0; i + 1 < mapping.Content.Length && _failure is null; i += 2)
        {
            var (key, value) = (mapping.Content[i], mapping.Content[i + 1]);
            if (key.IsMergeKey)
            {
                merge = value;
                continue;
            }
            if (!TryText(key, "string", out var name))
            {
                continue;
            }
            if (merged is not null && !merged.Add(name))
            {
                continue;
            }
            foreach (var record in into)
            {
                if (record.Type.ByYaml(name, _level(record.Type)) is { } field)
                {
                    if (done.Contains(field))
                    {
                        AddError(key, $"field {name} already set in type {GoName(type)}");
                        break;
                    }
                    done.Add(field);
                    DecodeField(value, record, field);
                    break;
                }
            }
        }
        _mergedFields = merged;
        if (merge is not null && _failure is null)
        {
            Merge(mapping, merge, into, type);
        }
        return true;
    }

    private void DecodeField(YamlNode node, Record record, Field field)
    {
        var around = _field;
        _field = field;
        switch (field.Kind)
        {
            case FieldKind.Text:
                if (TryText(node, "string", out var text))
                {
                    record.Set(field, text);
                }
                break;
            case FieldKind.Number:
                if (TryNumber(node, out var number))
                {
                    record.Set(field, number);
                }
                break;
            case FieldKind.Flag:
                if (TryFlag(node, out var flag))
                {
                    record.Set(field, flag);
                }
                break;
            case FieldKind.Struct:
                // A merge key may add to what an earlier one began.
                var inner = record.Struct(field) ?? new Record(field.Type!);
                if (DecodeStruct(node, [inner], field.Type!))
                {
                    record.Set(field, inner);
                }
                break;
            default:
                DecodeList(node, record, field);
                break;
        }
        _field = around;
    }

    private void DecodeList(YamlNode node, Record record, Field field)
    {
        if (!Enter())
        {
            return;
        }
        switch (node.Kind)
        {
            case YamlKind.Alias:
                if (Open(node, out var target))
                {
                    DecodeList(target, record, field);
                    Close(node);
                }
                break;
            case YamlKind.Sequence:
                record[field] = field.Kind == FieldKind.TextList ? DecodeTexts(node, field) : DecodeStructs(node, field);
                break;
            case YamlKind.Mapping:
                if (HasUniqueKeys(node))
                {
                    TypeError(node, ListName(field));
                }
                break;
            default:
                if (!IsNull(node) && TryResolve(node, out _))
                {
                    TypeError(node, ListName(field));
                }
                break;
        }
    }

    private List<string> DecodeTexts(YamlNode sequence, Field field)
    {
        var texts = new List<string>(sequence.Content.Length);
        var name = ElementName(field);
        for (var i = 0; i < sequence.Content.Length && _failure is null; i++)
        {
            if (TryText(sequence.Content[i], name, out var text))
            {
                texts.Add(text);
            }
        }
        return texts;
    }

    private List<Record> DecodeStructs(YamlNode sequence, Field field)
    {
        var records = new List<Record>(sequence.Content.Length);
        for (var i = 0; i < sequence.Content.Length && _failure is null; i++)
        {
            var record = new Record(field.Type!);
            if (DecodeStruct(sequence.Content[i], [record], field.Type!))
            {
                records.Add(record);
            }
        }
        return records;
    }

    private bool TryText(YamlNode node, string goName, out string text)
    {
        text = "";
        if (!TryScalar(node, goName, out _, out var scalar))
        {
            return false;
        }
        text = scalar.Text;
        return true;
    }

    private bool TryNumber(YamlNode node, out long number)
    {
        number = 0;
        if (!TryScalar(node, "int", out var at, out var scalar))
        {
            return false;
        }
        if (scalar.TryInt(out number))
        {
            return true;
        }
        TypeError(at, "int");
        return false;
    }

    private bool TryFlag(YamlNode node, out bool flag)
    {
        flag = false;
        if (!TryScalar(node, "bool", out var at, out var scalar))
        {
            return false;
        }
        if (scalar.TryBool(out flag))
        {
            return true;
        }
        TypeError(at, "bool");
        return false;
    }

    /// <summary>The scalar that a node is or names, and what it means. False for null, and with an error for anything else.</summary>
    private bool TryScalar(YamlNode node, string goName, out YamlNode at, out YamlScalar scalar)
    {
        at = node;
        scalar = default;
        if (!Enter())
        {
            return false;
        }
        switch (node.Kind)
        {
            case YamlKind.Alias:
                if (!Open(node, out var target))
                {
                    return false;
                }
                var good = TryScalar(target, goName, out at, out scalar);
                Close(node);
                return good;
            case YamlKind.Scalar:
                return (_aliases.TryCountText(node, out var error) || Fail(error)) && !IsNull(node) && TryResolve(node, out scalar);
            case YamlKind.Mapping when !HasUniqueKeys(node):
                return false;
            default:
                TypeError(node, goName);
                return false;
        }
    }

    private void Merge(YamlNode parent, YamlNode merge, ReadOnlySpan<Record> into, StructType type)
    {
        var before = _mergedFields;
        if (before is null)
        {
            _mergedFields = new HashSet<string>(StringComparer.Ordinal);
            for (var i = 0; i < parent.Content.Length; i += 2)
            {
                if (parent.Content[i].Resolved is { Kind: YamlKind.Scalar } key)
                {
                    _mergedFields.Add(key.Value);
                }
            }
        }
        var sources = merge.Kind == YamlKind.Sequence ? merge.Content : [merge];
        foreach (var source in sources)
        {
            if (source.Resolved.Kind != YamlKind.Mapping)
            {
                _failure = "yaml: map merge requires map or sequence of maps as the value";
                break;
            }
            DecodeStruct(source, into, type);
        }
        _mergedFields = before;
    }

    // A mapping that aliases name again and again is looked through once; what is wrong with it is told each time, as far as errors are.
    private bool HasUniqueKeys(YamlNode mapping)
    {
        bool isUnique;
        if (mapping.Content.Length <= SmallMapping)
        {
            isUnique = AreUnique(mapping.Content);
        }
        else if (!_uniqueKeys.TryGetValue(mapping, out isUnique))
        {
            var seen = new HashSet<(YamlKind, string)>(mapping.Content.Length / 2);
            isUnique = true;
            for (var i = 0; i < mapping.Content.Length && isUnique; i += 2)
            {
                // A scalar's text and an alias's name are no equal keys.
                isUnique = seen.Add((mapping.Content[i].Kind, mapping.Content[i].Value));
            }
            _uniqueKeys.Add(mapping, isUnique);
        }
        if (!isUnique && _errors.Count < MostErrors)
        {
            TellEqualKeys(mapping);
        }
        return isUnique;
    }

    // Each with each: of a few that is quicker than a set.
    private static bool AreUnique(ImmutableArray<YamlNode> content)
    {
        for (var i = 2; i < content.Length; i += 2)
        {
            for (var j = 0; j < i; j += 2)
            {
                if (content[i].Kind == content[j].Kind && content[i].Value == content[j].Value)
                {
                    return false;
                }
            }
        }
        return true;
    }

    // mapping key "x" already defined at line N, for each pair of equal keys.
    private void TellEqualKeys(YamlNode mapping)
    {
        var ofSame = new Dictionary<(YamlKind, string), List<YamlNode>>();
        for (var i = 0; i < mapping.Content.Length; i += 2)
        {
            var key = mapping.Content[i];
            if (!ofSame.TryGetValue((key.Kind, key.Value), out var same))
            {
                ofSame[(key.Kind, key.Value)] = same = [];
            }
            same.Add(key);
        }
        var told = new Dictionary<List<YamlNode>, int>();
        for (var i = 0; i < mapping.Content.Length && _errors.Count < MostErrors; i += 2)
        {
            var first = mapping.Content[i];
            var same = ofSame[(first.Kind, first.Value)];
            told[same] = told.GetValueOrDefault(same) + 1;
            for (var j = told[same]; j < same.Count && _errors.Count < MostErrors; j++)
            {
                AddError(same[j], $"mapping key {GoText.Quote(first.Value)} already defined at line {first.Line}");
            }
        }
    }

    private void AddError(YamlNode node, string message)
    {
        if (_errors.Count < MostErrors)
        {
            _errors.Add(string.Create(CultureInfo.InvariantCulture, $"line {node.Line}: {message}"));
        }
    }

    private bool Enter() => _failure is null && (_aliases.TryCount(out var error) || Fail(error));

    private bool Open(YamlNode alias, out YamlNode target)
    {
        target = alias.Target!;
        return _aliases.TryEnter(alias, out var error) || Fail(error);
    }

    private void Close(YamlNode alias) => _aliases.Leave(alias);

    private bool Fail(string error)
    {
        _failure = error;
        return false;
    }

    private bool TryResolve(YamlNode node, out YamlScalar scalar)
    {
        return YamlScalars.TryResolve(node, out scalar, out var error) || Fail(error);
    }

    private void TypeError(YamlNode node, string goName)
    {
        if (_errors.Count == MostErrors)
        {
            return;
        }
        if (_field is { } field)
        {
            _mismatches.Add(new Mismatch(node, field));
        }
        var tag = node.ShortTag;
        var value = tag is "!!seq" or "!!map" ? "" : $" `{Shorten(node.Value)}`";
        AddError(node, $"cannot unmarshal {tag}{value} into {goName}");
    }

    // Go counts bytes, and cuts between them: of more than ten the first seven, which no more characters than that can be.
    private static string Shorten(string value)
    {
        var octets = System.Text.Encoding.UTF8.GetBytes(value.Length > 12 ? value[..12] : value);
        return octets.Length > 10 ? System.Text.Encoding.UTF8.GetString(octets, 0, 7) + "..." : value;
    }

    private static bool IsNull(YamlNode node) => node.Kind == YamlKind.Scalar && node.ShortTag == "!!null";

    private string GoName(StructType type) => _goName(type.Name, type.IsVariantOwn);

    private string ElementName(Field field) => field.ElementName == "string" ? "string" : _goName(field.ElementName, false);

    private string ListName(Field field) => field.Type is not { } type ? $"[]{ElementName(field)}"
        : type.Name == "HTTPHeader" ? _goName("HTTPHeaders", false)
        : $"[]{GoName(type)}";
}

/// <summary>A value of another kind than its field is of.</summary>
internal readonly record struct Mismatch(YamlNode Node, Field Field);
