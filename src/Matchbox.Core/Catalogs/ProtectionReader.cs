using System.Text.Json;

namespace Matchbox.Core.Catalogs;

/// <summary>The keys <c>protect</c> and <c>hold-on-denial</c> of a group or profile.</summary>
internal sealed class ProtectionReader(DeclaredFile file)
{
    public const string ProtectKey = "protect";
    public const string HoldKey = "hold-on-denial";

    private bool _protects;
    private bool? _holds;
    private JsonMember? _hold;

    /// <summary>Takes one of the two keys.</summary>
    public void Read(string key, JsonMember member)
    {
        if (key == HoldKey)
        {
            (_holds, _hold) = (file.FlagOf(member, _holds), member);
        }
        else if (member.Value is { Kind: JsonValueKind.String, Text: Protection.Once })
        {
            _protects = true;
        }
        else if (member.Value.Kind != JsonValueKind.Null)
        {
            file.Fault(member.Value.Offset, $"\"{member.Name}\" is {(member.Value.Kind == JsonValueKind.String ? $"\"{member.Value.Text}\"" : member.Value.Describe())}",
                $"write \"{Protection.Once}\", or leave the key out");
        }
    }

    /// <summary>What both say together; null: nothing is protected.</summary>
    public Protection? End()
    {
        if (_holds == true && !_protects)
        {
            file.Fault(_hold!.Value.Offset, $"\"{HoldKey}\" has nothing to watch over", $"add \"{ProtectKey}\": \"{Protection.Once}\"");
        }
        return _protects ? new Protection(_holds == true) : null;
    }
}
