namespace MinerFlow.Reporting.Push.Sftp;

/// <summary>A logged-in SFTP session (draft-ietf-secsh-filexfer-02, the version that OpenSSH speaks). Ours over libssh2, because no .NET library for it can be had.</summary>
/// <exception cref="DeliveryStepException">Thrown by each member when the server refuses or does not answer.</exception>
internal interface ISftpSession : IDisposable
{
    /// <summary>Writes a new file and has the server bring it to its disk where it can.</summary>
    void Write(string path, ReadOnlySpan<byte> content);

    /// <summary>The bytes of a file; null when there is none.</summary>
    /// <param name="path">Of the file.</param>
    /// <param name="most">Bytes that are read at most.</param>
    byte[]? Read(string path, int most);

    /// <summary>Gives a file another name, in place of what had it.</summary>
    void Rename(string from, string to);

    /// <summary>Removes a file if there is one.</summary>
    void Remove(string path);

    /// <summary>Makes a folder if there is none.</summary>
    void MakeFolder(string path);

    /// <summary>Files of a folder; null when there is no such folder.</summary>
    IReadOnlyList<SftpFile>? List(string path);
}

/// <param name="Name">Without folders.</param>
/// <param name="Length">Bytes.</param>
internal sealed record SftpFile(string Name, long Length);

/// <summary>Opens sessions.</summary>
internal interface ISftpConnector
{
    /// <summary>Connects, makes sure of the server, logs in and opens SFTP.</summary>
    /// <param name="settings">Where and as whom.</param>
    /// <param name="steps">Takes each step that went well.</param>
    /// <param name="cancellation">Ends what waits, also later within the session.</param>
    /// <exception cref="DeliveryStepException">A step failed.</exception>
    ISftpSession Connect(SftpSettings settings, ICollection<ChannelStep> steps, CancellationToken cancellation);
}
