using System.Security.Cryptography;
using Matchbox.Core.Secrets;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.DependencyInjection;

namespace Matchbox.Storage.LiteDb.Sealing;

/// <summary>
/// Seals values by ASP.NET Core Data Protection: authenticated encryption, with keys that it makes and replaces itself. They are
/// kept beside the values, wrapped by the master key, without which neither can be read.
/// </summary>
public sealed class DataProtectionSealer : ISecretSealer, IDisposable
{
    // A world of its own: what the web server protects for itself has other keys, and nothing here reaches its log.
    // At first need, which on most appliances never comes.
    private readonly Lazy<ServiceProvider> _services;

    public DataProtectionSealer(ApplianceDatabase database, MasterKey master) => _services = new(() =>
    {
        var services = new ServiceCollection().AddSingleton(master);
        services.AddDataProtection().SetApplicationName("matchbox");
        services.Configure<KeyManagementOptions>(keys =>
        {
            keys.XmlRepository = new LiteDbKeyRing(database);
            keys.XmlEncryptor = new MasterKeyWrap(master);
        });
        return services.BuildServiceProvider();
    });

    public byte[] Seal(string name, ReadOnlySpan<byte> value)
    {
        var text = value.ToArray();
        try
        {
            return ProtectorOf(name).Protect(text);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(text);
        }
    }

    public byte[]? Open(string name, ReadOnlySpan<byte> value)
    {
        try
        {
            return ProtectorOf(name).Unprotect(value.ToArray());
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    public void Dispose()
    {
        if (_services.IsValueCreated)
        {
            _services.Value.Dispose();
        }
    }

    private IDataProtector ProtectorOf(string name) => _services.Value.GetRequiredService<IDataProtectionProvider>().CreateProtector("secrets", name);
}
