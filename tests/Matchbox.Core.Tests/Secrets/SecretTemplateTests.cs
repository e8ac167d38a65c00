using System.Text;
using Matchbox.Core.Catalogs;
using Matchbox.Core.Secrets;
using Matchbox.Core.Tests.Catalogs;
using Matchbox.Testing;

namespace Matchbox.Core.Tests.Secrets;

public class SecretTemplateTests
{
    private const string Value = "hunter2-hunter2";
    private const string Config = "variant: flatcar\nversion: 1.1.0\nstorage:\n  files: [{path: /etc/token, contents: {inline: '{{ secret \"token\" }}'}}]\n";

    private static readonly Group Machines = new() { Id = "g", Profile = "p" };
    private static readonly RequestData Nothing = new([], "");

    [Fact]
    public void A_machine_gets_the_value_and_a_preview_the_placeholder()
    {
        var (renderer, file) = (new ConfigRenderer(), Compiled(Config));
        Assert.Contains(Value, Uri.UnescapeDataString(TextOf(renderer.Ignition(file, Machines, Nothing, Functions()))), StringComparison.Ordinal);
        var preview = TextOf(renderer.Ignition(file, Machines, Nothing));
        Assert.Contains(SecretFunctions.Placeholder, preview, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", preview, StringComparison.Ordinal);
    }

    [Fact]
    public void What_holds_secrets_is_translated_anew_for_each_machine_and_never_kept()
    {
        var (renderer, file) = (new ConfigRenderer(), Compiled(Config));
        var (first, second) = (renderer.Ignition(file, Machines, Nothing, Functions()), renderer.Ignition(file, Machines, Nothing, Functions()));
        Assert.NotSame(first, second);
        Assert.Equal(TextOf(first), TextOf(second));
        Assert.Same(renderer.Ignition(file, Machines, Nothing), renderer.Ignition(file, Machines, Nothing));
    }

    [Fact]
    public void A_generic_file_gets_secrets_too()
    {
        var file = Compiled("t={{ secret \"token\" | urlquery }}");
        Assert.Equal($"t={Value}", TextOf(ConfigRenderer.Generic(file, Machines, Nothing, Functions())));
        Assert.Equal($"t={SecretFunctions.Placeholder}", TextOf(ConfigRenderer.Generic(file, Machines, Nothing)));
    }

    [Theory]
    [InlineData("{{ secret \"other\" }}", "there is no secret of that name")]
    [InlineData("{{ secret \"foreign\" }}", "names neither profile p nor group g")]
    [InlineData("{{ secret }}", "wrong number of args for secret: want 1 got 0")]
    public void What_may_not_be_used_is_said_with_its_place(string template, string reason)
    {
        var rendered = ConfigRenderer.Generic(Compiled(template), Machines, Nothing, Functions());
        Assert.Null(rendered.Bytes);
        Assert.True(rendered.Failure!.Contains(reason, StringComparison.Ordinal) || rendered.Failure.Contains("kept back", StringComparison.Ordinal), rendered.Failure);
        Assert.Contains("generic/x:1:", rendered.Failure, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{{ secret (secret \"token\") }}")]
    [InlineData("{{ call (secret \"token\") }}")]
    [InlineData("{{ secret \"token\" | call }}")]
    [InlineData("{{ index .selector (secret \"token\") }}")]
    [InlineData("{{ slice (secret \"token\") 99 }}")]
    [InlineData("variant: flatcar\nversion: 1.1.0\nstorage: {files: [{path: '{{ secret \"token\" }}'}]}\n")]
    [InlineData("variant: flatcar\nversion: '{{ secret \"token\" }}'\n")]
    [InlineData("variant: flatcar\nversion: 1.1.0\nstorage: {files: [{path: /a, mode: '{{ secret \"token\" }}'}]}\n")]
    [InlineData("variant: flatcar\nversion: 1.1.0\nstorage: {files: [{path: /a, contents: {source: '{{ secret \"token\" }}://x'}}]}\n")]
    [InlineData("{{ secret \"token\" }}: [")]
    public void No_failure_repeats_a_value(string template)
    {
        var rendered = new ConfigRenderer().Ignition(Compiled(template), Machines, Nothing, Functions());
        Assert.NotNull(rendered.Failure);
        Assert.DoesNotContain("hunter2", rendered.Failure, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", rendered.TemplateError?.Message ?? "", StringComparison.Ordinal);
        Assert.Null(rendered.Report);
    }

    [Fact]
    public void A_secret_without_protection_is_a_fault_at_its_line_and_nobody_is_served()
    {
        using var folder = Folder("""{ "id": "p", "ignition_id": "p.yaml", "boot": { "kernel": "k" } }""");
        var reading = CatalogFolder.Read(folder.Path);
        var fault = Assert.Single(reading.Faults);
        Assert.Equal(("ignition/p.yaml", 4), (fault.File, fault.Line));
        Assert.Contains("\"token\"", fault.What, StringComparison.Ordinal);
        Assert.Contains("\"protect\": \"once\"", fault.Mend, StringComparison.Ordinal);
        Assert.Contains("uses a secret", reading.Catalog.OfferOf(reading.Catalog.Groups[0])!.Fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(""""{ "id": "p", "ignition_id": "p.yaml", "boot": { "kernel": "k" }, "protect": "once" }"""", "{ \"profile\": \"p\" }")]
    [InlineData(""""{ "id": "p", "ignition_id": "p.yaml", "boot": { "kernel": "k" } }"""", "{ \"profile\": \"p\", \"protect\": \"once\", \"hold-on-denial\": true }")]
    public void Profile_or_group_may_protect(string profile, string group)
    {
        using var folder = Folder(profile, group);
        Assert.Empty(CatalogFolder.Read(folder.Path).Faults);
    }

    [Theory]
    [InlineData("\"protect\": \"twice\"")]
    [InlineData("\"protect\": true")]
    [InlineData("\"hold-on-denial\": true")]
    [InlineData("\"protect\": \"once\", \"hold-on-denial\": \"yes\"")]
    public void Other_values_of_the_keys_are_faults_with_their_line(string keys)
    {
        using var folder = Folder($"{{ \"id\": \"p\",\n \"boot\": {{ \"kernel\": \"k\" }},\n {keys} }}");
        Assert.Equal(3, CatalogFolder.Read(folder.Path).Faults[0].Line);
    }

    private static TemporaryFolder Folder(string profile, string group = "{ \"profile\": \"p\" }")
    {
        var folder = new TemporaryFolder();
        folder.Write("groups/g.json", group);
        folder.Write("profiles/p.json", profile);
        folder.Write("ignition/p.yaml", Config);
        return folder;
    }

    private static SecretFunctions Functions()
    {
        var vault = new SecretVault(new MemorySecretStore(), new NamedSealer(), new RecordedEvents(), TimeProvider.System);
        vault.Set(new Secret { Name = "token", Groups = ["g"] }, Encoding.UTF8.GetBytes(Value), "a test");
        vault.Set(new Secret { Name = "foreign", Groups = ["h"], Profiles = ["q"] }, Encoding.UTF8.GetBytes(Value), "a test");
        return new SecretFunctions(vault, "p", "g");
    }

    private static string TextOf(RenderedConfig rendered) => Encoding.UTF8.GetString(rendered.Bytes!.Value.Span);

    private static ConfigFile Compiled(string text)
    {
        Assert.True(ConfigFile.TryCompile("generic/x", Encoding.UTF8.GetBytes(text), out var file, out var error), error?.Message);
        return file;
    }
}
