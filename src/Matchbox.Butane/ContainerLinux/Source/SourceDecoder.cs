using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;
using Matchbox.Butane.ContainerLinux.Go;
using Matchbox.Butane.Decoding;
using Matchbox.Butane.Schema;
using Matchbox.Butane.Yaml;
using GoText = Matchbox.Butane.Ignition.GoText;

namespace Matchbox.Butane.ContainerLinux.Source;

/// <summary>
/// Puts YAML nodes into records as yaml.v3's decoder puts them into ct's structs. All values of a wrong type are told at once; a few
/// faults end the decoding where they are.
/// </summary>
internal sealed class SourceDecoder
{
    // Nobody reads so many; equal keys, of which each is told against each, would make more than fit.
    private const int MostErrors = 10_000;

    private readonly List<string> _errors = [];
    private readonly HashSet<YamlNode> _openAliases = [];
    private HashSet<string>? _mergedKeys;
    private int _decoded;
    private int _decodedByAlias;

    private SourceDecoder()
    {
    }

    /// <param name="error">What yaml.v3 says, for instance <c>yaml: unmarshal errors:</c> and a line for each.</param>
    public static bool TryDecode(YamlNode root, [NotNullWhen(true)] out Record? config, [NotNullWhen(false)] out string? error)
    {
        var decoder = new SourceDecoder();
        config = new Record(Config.Type);
        try
        {
            decoder.DecodeStruct(root, config);
        }
        catch (DecodingFault fault)
        {
            config = null;
            error = fault.Message;
            return false;
        }
        error = decoder._errors.Count == 0 ? null : "yaml: unmarshal errors:\n  " + string.Join("\n  ", decoder._errors);
        if (error is not null)
        {
            config = null;
            return false;
        }
        return true;
    }

    /// <summary>Whether there was something to put into the record.</summary>
    private bool DecodeStruct(YamlNode node, Record record)
    {
        Count();
        if (node.Kind == YamlKind.Alias)
        {
            return Follow(node, target => DecodeStruct(target, record));
        }
        if (node.Kind == YamlKind.Mapping)
        {
            return DecodeMapping(node, record);
        }
        if (node.Kind == YamlKind.Scalar && Resolve(node).Type == YamlScalarType.Null)
        {
            return false;
        }
        Refuse(node, record.Type.Name);
        return false;
    }

    private bool DecodeMapping(YamlNode node, Record record)
    {
        if (HasEqualKeys(node))
        {
            return false;
        }
        var mergedKeys = _mergedKeys;
        _mergedKeys = null;
        YamlNode? merge = null;
        var done = new HashSet<Field>();
        for (var i = 0; i + 1 < node.Content.Count; i += 2)
        {
            var key = node.Content[i];
            if (IsMerge(key))
            {
                merge = node.Content[i + 1];
                continue;
            }
            if (DecodeText(key, "string") is not { } name || mergedKeys?.Add(name) == false)
            {
                continue;
            }
            if (record.Type.ByYaml(name, 0) is not { } field)
            {
                continue;
            }
            if (!done.Add(field))
            {
                AddError(key, $"field {name} already set in type {record.Type.Name}");
                continue;
            }
            DecodeField(node.Content[i + 1], record, field);
        }
        _mergedKeys = mergedKeys;
        if (merge is not null)
        {
            Merge(node, merge, record);
        }
        return true;
    }

    private void DecodeField(YamlNode node, Record record, Field field)
    {
        switch (field.Kind)
        {
            case FieldKind.Text:
                record[field] = DecodeText(node, FieldTypes.Of(field)) ?? record[field];
                break;
            case FieldKind.Number:
                record[field] = DecodeNumber(node, FieldTypes.Of(field)) ?? record[field];
                break;
            case FieldKind.Flag:
                record.Set(field, DecodeFlag(node) ?? record.Flag(field));
                break;
            case FieldKind.TextList:
                record[field] = DecodeList(node, "[]string", item => DecodeText(item, "string"));
                break;
            case FieldKind.StructList:
                record[field] = DecodeList(node, "[]" + field.Type!.Name, item =>
                {
                    var element = new Record(field.Type);
                    return DecodeStruct(item, element) ? element : null;
                });
                break;
            case FieldKind.Struct when field == Config.Etcd || field == Config.Flannel:
                record[field] = DecodeVersioned(node, field);
                break;
            default:
                var part = record.Struct(field) ?? new Record(field.Type!);
                record[field] = DecodeStruct(node, part) ? part : record[field];
                break;
        }
    }

    /// <summary>A section that has other fields for each version: it is read once for the version, and again for the fields.</summary>
    private Record? DecodeVersioned(YamlNode node, Field field)
    {
        var errors = _errors.Count;
        var common = new Record(field.Type!);
        if (!DecodeStruct(node, common) || _errors.Count > errors)
        {
            return null;
        }
        ServiceVersion? version = null;
        if (common.Text(field.Type!.Fields[0]) is { } text && !ServiceVersion.TryParse(text, out version, out var error))
        {
            throw new DecodingFault(error);
        }
        var section = new Record(field == Config.Etcd ? EtcdOptions.For(version) : FlannelOptions.For(version));
        DecodeStruct(node, section);
        return section;
    }

    private List<T>? DecodeList<T>(YamlNode node, string type, Func<YamlNode, T?> decode)
        where T : class
    {
        Count();
        if (node.Kind == YamlKind.Alias)
        {
            List<T>? list = null;
            Follow(node, target => (list = DecodeList(target, type, decode)) is not null);
            return list;
        }
        if (node.Kind == YamlKind.Sequence)
        {
            var items = new List<T>(node.Content.Count);
            foreach (var item in node.Content)
            {
                if (decode(item) is { } element)
                {
                    items.Add(element);
                }
            }
            return items;
        }
        if (node.Kind == YamlKind.Mapping)
        {
            if (!HasEqualKeys(node))
            {
                Refuse(node, type);
            }
        }
        else if (Resolve(node).Type != YamlScalarType.Null)
        {
            Refuse(node, type);
        }
        return null;
    }

    private string? DecodeText(YamlNode node, string type) => DecodeScalar(node, type) is { } scalar
        ? scalar.Bytes is { } bytes ? LooseText.FromBytes(bytes) : scalar.Text
        : null;

    private object? DecodeNumber(YamlNode node, string type)
    {
        if (DecodeScalar(node, type) is not { } scalar)
        {
            return null;
        }
        if (type == "uint" && scalar.TryUnsigned(out var unsigned))
        {
            return (long)unsigned;
        }
        if (type != "uint" && scalar.TryInt(out var signed))
        {
            return signed;
        }
        Refuse(Target(node), type);
        return null;
    }

    private bool? DecodeFlag(YamlNode node)
    {
        if (DecodeScalar(node, "bool") is not { } scalar)
        {
            return null;
        }
        if (scalar.TryBool(out var flag))
        {
            return flag;
        }
        Refuse(Target(node), "bool");
        return null;
    }

    /// <summary>A scalar that is not null.</summary>
    private YamlScalar? DecodeScalar(YamlNode node, string type)
    {
        Count();
        if (node.Kind == YamlKind.Alias)
        {
            YamlScalar? scalar = null;
            Follow(node, target => (scalar = DecodeScalar(target, type)) is not null);
            return scalar;
        }
        if (node.Kind == YamlKind.Scalar)
        {
            var scalar = Resolve(node);
            return scalar.Type == YamlScalarType.Null ? null : scalar;
        }
        if (node.Kind != YamlKind.Mapping || !HasEqualKeys(node))
        {
            Refuse(node, type);
        }
        return null;
    }

    private void Merge(YamlNode parent, YamlNode merge, Record record)
    {
        var mergedKeys = _mergedKeys;
        if (mergedKeys is null)
        {
            _mergedKeys = [];
            for (var i = 0; i < parent.Content.Count; i += 2)
            {
                var key = Target(parent.Content[i]);
                if (key.Kind == YamlKind.Scalar)
                {
                    _mergedKeys.Add(key.Value);
                }
            }
        }
        if (merge.Kind == YamlKind.Sequence)
        {
            foreach (var item in merge.Content)
            {
                MergeOne(item, record);
            }
        }
        else
        {
            MergeOne(merge, record);
        }
        _mergedKeys = mergedKeys;
    }

    private void MergeOne(YamlNode node, Record record)
    {
        if (Target(node).Kind != YamlKind.Mapping)
        {
            throw new DecodingFault("yaml: map merge requires map or sequence of maps as the value");
        }
        DecodeStruct(node, record);
    }

    private static bool IsMerge(YamlNode key) =>
        key is { Kind: YamlKind.Scalar, Value: "<<" } && key.Tag is "" or "!" or "!!merge" && (key.Tag != "" || key.ShortTag == "!!merge");

    private static YamlNode Target(YamlNode node) => node.Kind == YamlKind.Alias ? node.Target! : node;

    /// <summary>Follows an alias, but in no circle, and not so often that a small document becomes a huge one.</summary>
    private bool Follow(YamlNode alias, Func<YamlNode, bool> decode)
    {
        if (!_openAliases.Add(alias))
        {
            throw new DecodingFault($"yaml: anchor '{alias.Value}' value contains itself");
        }
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw new DecodingFault("yaml: document contains excessive aliasing");
        }
        var isDecoded = decode(alias.Target!);
        _openAliases.Remove(alias);
        return isDecoded;
    }

    private void Count()
    {
        _decoded++;
        if (_openAliases.Count == 0)
        {
            return;
        }
        _decodedByAlias++;
        var allowed = _decoded switch
        {
            <= 400_000 => 0.99,
            >= 4_000_000 => 0.10,
            _ => 0.99 - (0.89 * ((_decoded - 400_000) / 3_600_000.0)),
        };
        if (_decodedByAlias > 100 && _decoded > 1000 && (double)_decodedByAlias / _decoded > allowed)
        {
            throw new DecodingFault("yaml: document contains excessive aliasing");
        }
    }

    private static YamlScalar Resolve(YamlNode node) =>
        YamlScalars.TryResolve(node, out var scalar, out var error) ? scalar : throw new DecodingFault(error);

    private bool HasEqualKeys(YamlNode mapping)
    {
        var seen = new HashSet<(YamlKind, string)>();
        var hasEqual = false;
        for (var i = 0; i < mapping.Content.Count && !hasEqual; i += 2)
        {
            hasEqual = !seen.Add((mapping.Content[i].Kind, mapping.Content[i].Value));
        }
        if (!hasEqual)
        {
            return false;
        }
        var ofSame = new Dictionary<(YamlKind, string), List<YamlNode>>();
        for (var i = 0; i < mapping.Content.Count; i += 2)
        {
            var key = mapping.Content[i];
            if (!ofSame.TryGetValue((key.Kind, key.Value), out var same))
            {
                ofSame[(key.Kind, key.Value)] = same = [];
            }
            same.Add(key);
        }
        for (var i = 0; i < mapping.Content.Count && _errors.Count < MostErrors; i += 2)
        {
            var first = mapping.Content[i];
            var same = ofSame[(first.Kind, first.Value)];
            for (var j = 1; j < same.Count; j++)
            {
                AddError(same[j], $"mapping key {GoText.Quote(first.Value)} already defined at line {first.Line}");
            }
            same.RemoveAt(0);
        }
        return true;
    }

    private void Refuse(YamlNode node, string type)
    {
        var tag = node.ShortTag;
        var value = tag is "!!map" or "!!seq" ? "" : $" `{Shortened(node.Value)}`";
        AddError(node, $"cannot unmarshal {tag}{value} into {type}");
    }

    /// <summary>More than ten bytes are cut to seven, even within a character.</summary>
    private static string Shortened(string value)
    {
        var bytes = LooseText.ToBytes(value);
        return bytes.Length > 10 ? LooseText.FromBytes(bytes.AsSpan(0, 7)) + "..." : value;
    }

    private void AddError(YamlNode node, string message)
    {
        if (_errors.Count < MostErrors)
        {
            _errors.Add(string.Create(CultureInfo.InvariantCulture, $"line {node.Line}: {message}"));
        }
    }

    /// <summary>Ends the decoding. Caught above; nothing else meets it.</summary>
#pragma warning disable CA1032, CA1064 // It never leaves this class and always has its text.
    private sealed class DecodingFault(string problem) : Exception(problem);
#pragma warning restore CA1032, CA1064
}
