using Matchbox.Butane.Ignition;
using Matchbox.Http.Grpc.Wire;

namespace Matchbox.Http.Grpc.Documents;

/// <summary>Profiles between the wire and their files, as poseidon/matchbox writes and reads them.</summary>
internal static class ProfileText
{
    public const string IdRequired = "Id is required";

    private const string Struct = "Go struct field Profile";
    private const string BootStruct = "Go struct field NetBoot.boot";

    /// <summary>The file of a profile; null with the fault when it would be too long.</summary>
    public static ReadOnlyMemory<byte>? Write(Profile profile, out string fault)
    {
        var json = new GoJsonWriter(indented: true);
        json.Open('{');
        GroupText.WriteText(json, "id", profile.Id);
        GroupText.WriteText(json, "name", profile.Name);
        GroupText.WriteText(json, "ignition_id", profile.IgnitionId);
        GroupText.WriteText(json, "cloud_id", profile.CloudId);
        if (profile.Boot is { } boot)
        {
            json.Key("boot");
            json.Open('{');
            GroupText.WriteText(json, "kernel", boot.Kernel);
            WriteTexts(json, "initrd", boot.Initrd);
            WriteTexts(json, "args", boot.Args);
            json.Close('}');
        }
        GroupText.WriteText(json, "generic_id", profile.GenericId);
        json.Close('}');
        return GroupText.Finished(json, out fault);
    }

    /// <summary>The profile of a file; null with the fault in Go's words.</summary>
    public static Profile? Read(ReadOnlySpan<byte> file, out string fault)
    {
        if (!GoJson.TryParse(file, out var root, out var malformed))
        {
            fault = malformed.Message;
            return null;
        }
        var fields = new GoFields();
        var profile = new Profile();
        foreach (var member in fields.IsObject(root, "Go value", "storagepb.Profile") ? root.Members : [])
        {
            switch (GoFields.FieldOf(member.Key, ["id", "name", "ignition_id", "cloud_id", "boot", "generic_id"]))
            {
                case "id":
                    profile.Id = fields.TextOf(member.Value, profile.Id, $"{Struct}.id");
                    break;
                case "name":
                    profile.Name = fields.TextOf(member.Value, profile.Name, $"{Struct}.name");
                    break;
                case "ignition_id":
                    profile.IgnitionId = fields.TextOf(member.Value, profile.IgnitionId, $"{Struct}.ignition_id");
                    break;
                case "cloud_id":
                    profile.CloudId = fields.TextOf(member.Value, profile.CloudId, $"{Struct}.cloud_id");
                    break;
                case "boot":
                    profile.Boot = ReadBoot(fields, member.Value, profile.Boot);
                    break;
                case "generic_id":
                    profile.GenericId = fields.TextOf(member.Value, profile.GenericId, $"{Struct}.generic_id");
                    break;
            }
        }
        fault = fields.Fault ?? (profile.Id.Length == 0 ? IdRequired : "");
        return fault.Length == 0 ? profile : null;
    }

    private static void WriteTexts(GoJsonWriter json, string key, Google.Protobuf.Collections.RepeatedField<string> texts)
    {
        if (texts.Count == 0)
        {
            return;
        }
        json.Key(key);
        json.Open('[');
        foreach (var text in texts)
        {
            json.Item();
            json.Text(text);
        }
        json.Close(']');
    }

    private static NetBoot? ReadBoot(GoFields fields, JsonNode node, NetBoot? before)
    {
        if (!fields.IsObject(node, $"{Struct}.boot", "storagepb.NetBoot"))
        {
            return node.Kind == JsonKind.Null ? null : before;
        }
        var boot = before ?? new NetBoot();
        foreach (var member in node.Members)
        {
            switch (GoFields.FieldOf(member.Key, ["kernel", "initrd", "args"]))
            {
                case "kernel":
                    boot.Kernel = fields.TextOf(member.Value, boot.Kernel, $"{BootStruct}.kernel");
                    break;
                case "initrd":
                    Replace(boot.Initrd, fields.TextsOf(member.Value, boot.Initrd, $"{BootStruct}.initrd"));
                    break;
                case "args":
                    Replace(boot.Args, fields.TextsOf(member.Value, boot.Args, $"{BootStruct}.args"));
                    break;
            }
        }
        return boot;
    }

    private static void Replace(Google.Protobuf.Collections.RepeatedField<string> field, IReadOnlyList<string> texts)
    {
        if (!ReferenceEquals(field, texts))
        {
            field.Clear();
            field.Add(texts);
        }
    }
}
