# finds: softmax-on-one-unit
import tensorflow as tf


class Tiny(tf.keras.Model):
    def __init__(self, hidden=32):
        super().__init__()
        self.hidden = tf.keras.layers.Dense(hidden, activation='relu')
        self.head = tf.keras.layers.Dense(1, activation='softmax')

    def call(self, x, training=False):
        x = self.hidden(x)
        return self.head(x)


x = tf.random.normal((400, 8))
y = tf.cast(x[:, 0] > 0, tf.float32)
model = Tiny()
model.compile(optimizer='adam', loss='binary_crossentropy', metrics=['accuracy'])
model.fit(x, y, epochs=10)
