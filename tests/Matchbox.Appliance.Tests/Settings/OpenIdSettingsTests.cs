using Matchbox.Appliance.Settings;

namespace Matchbox.Appliance.Tests.Settings;

public sealed class OpenIdSettingsTests
{
    private static readonly Dictionary<string, string> None = [];

    [Fact]
    public void No_provider_is_the_default()
    {
        var reading = ApplianceSettings.Read("admin: { hosts: [a.example] }", "/etc/matchbox/m.yaml", None, None);
        Assert.Empty(reading.Faults);
        Assert.Null(reading.Settings!.Admin.OpenId);
    }

    [Fact]
    public void A_provider_and_its_roles_are_read()
    {
        var reading = ApplianceSettings.Read(
            """
            admin:
              oidc:
                authority: https://login.example.com/lab
                client-id: matchbox
                client-secret-file: secret
                roles: [{ value: rack-admins, right: admin }, { value: b7, right: "operator:rack=b7" }]
            """,
            "/etc/matchbox/m.yaml", None, None);
        Assert.Empty(reading.Faults);
        var provider = reading.Settings!.Admin.OpenId!;
        Assert.Equal(("https://login.example.com/lab", "/etc/matchbox/secret", "groups"), (provider.Authority.AbsoluteUri, provider.ClientSecretFile, provider.RolesClaim));
        Assert.Equal(["rack-admins admin", "b7 operator:rack=b7"], provider.Roles.Select(role => $"{role.Value} {role.Right}"));
    }

    [Theory]
    [InlineData("{ authority: \"http://login.example.com\", client-id: a, client-secret-file: s, roles: [{ value: a, right: admin }] }", "https URL")]
    [InlineData("{ authority: \"https://login.example.com\", client-id: a, client-secret-file: s, roles: [{ value: a, right: root }] }", "a right")]
    [InlineData("{ authority: \"https://login.example.com\", client-id: a, client-secret-file: s }", "nobody could sign in")]
    [InlineData("{ authority: \"https://login.example.com\", client-secret-file: s, roles: [{ value: a, right: admin }] }", "client-id")]
    [InlineData("yes", "a block of keys")]
    public void What_cannot_work_is_a_fault_at_its_place(string oidc, string told)
    {
        var reading = ApplianceSettings.Read($"admin:\n  oidc: {oidc}\n", "/etc/matchbox/m.yaml", None, None);
        Assert.Contains(reading.Faults, fault => fault.ToString()!.Contains(told, StringComparison.Ordinal) && fault.ToString()!.Contains(":2:", StringComparison.Ordinal));
    }
}
